# demo: report dataset
