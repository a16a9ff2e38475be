package org.securebackend.runner.outputs.release;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Files as studies make them, of aggregates only: all of them may go to level 4. */
public final class HarmlessFiles {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 90;

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private HarmlessFiles() {
        try {
            tables();
            texts();
            reports();
            json();
            drawings();
            images();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Contents by name. */
    public static Map<String, byte[]> all() {
        return new HarmlessFiles().files;
    }

    private void add(String name, String content) {
        files.put(name, content.getBytes(UTF_8));
    }

    private static String repeat(int times, IntFunction<String> line) {
        return IntStream.range(0, times).mapToObj(line).collect(Collectors.joining());
    }

    private void tables() {
        add(
                "counts.csv",
                "sex,age_band,count\nF,0-17,120\nF,18-39,455\nM,0-17,[REDACTED]\nM,18-39,410\n");
        add("rounded.csv", "\"practice\",\"n\",\"N\"\n\"all\",15,100\n\"some\",<=7,20\n");
        add("bom.csv", "\uFEFFregion,n\nEast,5\nWest,10\n");
        add("semicolons.csv", "region;n;rate\nEast;5;0,5\nWest;10;0,25\n");
        add("tabs.csv", "region\tn\nEast\t5\nWest\t10\n");
        add("empty.csv", "");
        add("header_only.csv", "region,n\n");
        add("missing.csv", "variable,missing\npatient_id,0\nage,2\nsex,15\nimd,120\n2020_bmi,35\n");
        add(
                "missing_redacted.csv",
                "variable,missing\nsex,3\npatient_id,[REDACTED]\nage,12\nimd,7\n");
        add(
                "missing_wide.csv",
                "variable,n,missing,unique\nage,1000,5,90\npatient_id,1000,0,1000\nsex,1000,0,2\n");
        add(
                "codebook.csv",
                "variable,type,description\npatient_id,int64,\"Identifier, dropped before analysis\"\nage,int64,Age in 2020\nbmi_2020,float64,BMI of 2020\n");
        add(
                "key_values.csv",
                "statistic,value\nmodel,cox\ncluster_variable,patient_id\nn_clusters,1200\nn_obs,5400\naic,10455.25\n");
        add(
                "regression.csv",
                ",term,estimate,std.error,statistic,p.value\n1,(Intercept),-2.31,0.04,-57.75,0\n2,sexM,0.12,0.02,6,1.97e-09\n3,age_band40-59,1.5,0.1,15,0\n");
        add(
                "survival.csv",
                "time,n.risk,n.event,n.censor,surv,lower,upper\n"
                        + repeat(
                                365,
                                day ->
                                        day
                                                + ","
                                                + (100_000 - 5 * day)
                                                + ",5,10,"
                                                + (1 - day / 4000.0)
                                                + ",0.9,1\n"));
        add(
                "measure.csv",
                "measure,interval_start,interval_end,ratio,numerator,denominator,practice\n"
                        + repeat(
                                4990,
                                row ->
                                        "rate,2020-01-01,2020-01-31,0.25,25,100,"
                                                + row % 800
                                                + "\n"));
        add(
                "measure_old.csv",
                "region,population,value,date\n"
                        + repeat(
                                200,
                                row ->
                                        "East,"
                                                + row * 5
                                                + ",0.1,2020-0"
                                                + (1 + row % 9)
                                                + "-01\n"));
        add(
                "correlation.csv",
                repeat(40, column -> ",v" + column)
                        + "\n"
                        + repeat(40, row -> "v" + row + ",0.5".repeat(40) + "\n"));
        add("ragged_footer.csv", "sex,n\nF,120\nM,115\n\nSource: OpenSAFELY-TPP\n");
        add(
                "two_tables.csv",
                "Table 1\nsex,n\nF,120\nM,115\n\nTable 2\nyear,n\n2019,50\n2020,60\n2021,70\n2022,80\n2023,90\n2024,95\n");
        add("quoted_newlines.csv", "question,n\n\"Do you\nagree?\",50\n\"Or \"\"not\"\"\",45\n");
        add("accents.csv", "r\u00e9gion,n\nC\u00f4te d'Azur,15\nZ\u00fcrich,25\nM\u00fcnchen,35\n");
        add(
                "codes.csv",
                "snomed,term,count\n44054006,Type 2 diabetes,1205\n73211009,Diabetes mellitus,3300\n1234567890123456,Other,10\n");
        add("crlf.csv", "sex,n\r\nF,120\r\nM,115\r\n");
        add("count_of_ids.csv", "practice,count_patient_id,patient_ids\nA,100,100\nB,55,55\n");
        add(
                "long_term.csv",
                "variable,level,statistic,value\npatient_id,all,n_unique,1200\npatient_id,all,n_missing,0\nage,all,n_missing,5\n");
        add(
                "attrition.csv",
                "step,excluded,remaining\n\"All patients (distinct patient_id)\",0,10000\nAdults,2000,8000\n\"No missing patient_id\",0,8000\n");
    }

    private void texts() {
        add(
                "prose.log",
                "Reading output/input.feather\ndropping column patient_id\nRead 1000 rows\nsorted by patient_id\nloaded in 12 s\n");
        add(
                "pandas_info.log",
                "<class 'pandas.core.frame.DataFrame'>\nRangeIndex: 1000 entries, 0 to 999\nData columns (total 3 columns):\n #   Column      Non-Null Count  Dtype  \n---  ------      --------------  -----  \n 0   patient_id  1000 non-null   int64  \n 1   age         1000 non-null   int64  \n 2   bmi_2020    980 non-null    float64\ndtypes: float64(1), int64(2)\nmemory usage: 23.6 KB\n");
        add(
                "dtypes.log",
                "patient_id      int64\nage             int64\nsex            object\ndtype: object\n");
        add("missing.log", "patient_id    0\nage           5\nsex           2\ndtype: int64\n");
        add(
                "missing_dict.log",
                "Missing: {'patient_id': 0, 'age': 5, 'sex': 2}\nDtypes: {\"patient_id\": \"int64\", \"age\": \"Int64\"}\n");
        add(
                "columns.log",
                "Columns: patient_id, age, sex,\n  imd, region, bmi,\n  died_date\n12 columns in all\n");
        add(
                "python_list.log",
                "['patient_id', 'age', 'sex']\n(1000, 3)\n['age', 'sex']\n(1000, 2)\n");
        add(
                "stata.log",
                "  ___  ____  ____  ____  ____ (R)\n /__    /   ____/   /   ____/\n. use ./output/input.dta\n. drop patient_id\n. sort patient_id\n. merge 1:1 patient_id using x.dta, keep(master)\n\n    Result                      Number of obs\n    -----------------------------------------\n    Not matched                           120\n    Matched                             5,400  (_merge==3)\n    -----------------------------------------\n. xtset patient_id\n\nPanel variable: patient_id (balanced)\n. tab sex\n\n        sex |      Freq.     Percent        Cum.\n------------+-----------------------------------\n          F |        120       51.06       51.06\n          M |        115       48.94      100.00\n------------+-----------------------------------\n      Total |        235      100.00\n");
        add(
                "stata_cluster.log",
                ". stcox age i.sex, vce(cluster patient_id)\n\nCox regression with Breslow method for ties\n\nNo. of subjects =  5,400                                Number of obs =  5,400\nNo. of failures =    120\n                             (Std. err. adjusted for 1,200 clusters in patient_id)\n------------------------------------------------------------------------------\n             |               Robust\n          _t | Haz. ratio   std. err.      z    P>|z|     [95% conf. interval]\n-------------+----------------------------------------------------------------\n         age |   1.051271   .0105127     5.00   0.000     1.030868    1.072078\n------------------------------------------------------------------------------\n");
        add(
                "r_model.log",
                "> df %>% group_by(patient_id, sex) %>% count()\nLinear mixed model fit by REML ['lmerMod']\nFormula: y ~ age + (1 | patient_id)\nRandom effects:\n Groups     Name        Variance Std.Dev.\n patient_id (Intercept) 1378.2   37.12   \n Residual               960.5    30.99   \nNumber of obs: 180, groups:  patient_id, 18\n\nFixed effects:\n            Estimate Std. Error t value\n(Intercept) 251.405      9.746  25.796\nage          10.467      0.804  13.015\n");
        add(
                "r_glm.txt",
                "Call:\nglm(formula = died ~ age + sex, family = binomial, data = df)\n\nCoefficients:\n            Estimate Std. Error z value Pr(>|z|)    \n(Intercept) -3.44955    1.13285  -3.045  0.00233 ** \nage          0.00229    0.00109   2.094  0.03626 *  \n---\nSignif. codes:  0 \u2018***\u2019 0.001 \u2018**\u2019 0.01 \u2018*\u2019 0.05\n");
        add(
                "tibble.log",
                "# A tibble: 2 \u00d7 3\n  sex       n median_age\n  <chr> <int>      <dbl>\n1 F       120       45.5\n2 M       115       44  \n");
        add(
                "r_warnings.log",
                "\u001b[1mRows: \u001b[22m1000 \u001b[1mColumns: \u001b[22m3\n\u001b[36m\u2500\u2500\u001b[39m \u001b[1mColumn specification\u001b[22m \u001b[36m\u2500\u2500\u2500\u2500\u001b[39m\nDelimiter: \",\"\nchr (1): sex\ndbl (2): patient_id, age\nJoining with `by = join_by(patient_id)`\n");
        add(
                "stan.log",
                repeat(
                        200,
                        step ->
                                "Chain 1: Iteration: "
                                        + step * 10
                                        + " / 2000 [ "
                                        + step / 2
                                        + "%]  (Warmup)\n"));
        add(
                "keras.log",
                "Epoch 1/3\n 1/32 [>.....] - ETA: 1s\b\b\b\b\b\b\b\b\b\b32/32 [=====] - loss: 0.25\n");
        add(
                "logger.log",
                repeat(
                        100,
                        step ->
                                "2024-01-01 10:00:0"
                                        + step % 10
                                        + ",12"
                                        + step % 10
                                        + " INFO step="
                                        + step
                                        + " dropping column patient_id rows="
                                        + step * 5
                                        + "\n"));
        add(
                "json_lines.log",
                "{\"event\": \"dropping\", \"column\": \"patient_id\", \"rows\": 1000}\n{\"event\": \"done\", \"seconds\": 12}\n");
        add(
                "ehrql.log",
                "[info   ] Compiling dataset definition from analysis/dataset.py\n[info   ] sql: SELECT t.patient_id, t.age FROM #tmp_1 AS t INNER JOIN #tmp_2 ON #tmp_2.patient_id = t.patient_id\n[info   ] 3 seconds: exec_cpu_ms=12 exec_elapsed_ms=25\n[info   ] Generating SQL\n");
        add(
                "notes.md",
                "# Results\n\nWe linked on `patient_id` and dropped it.\n\n| sex | n |\n| --- | --- |\n| F | 120 |\n| M | 115 |\n\n- patient_id\n- age\n\nThere were 12 practices.\n");
        add(
                "readme.md",
                "The table `counts.csv` has a row for every practice.\nThe <b>patient_id</b> is <i>not</i> in it.\n\n    x <- filter(df, n < 5 & age > 3)\n");
        add("numbers.txt", "12\n15\n20\n");
        add("list.txt", "Variables used:\n\npatient_id\nage\nsex\n\nN = 1200\n");
        add("empty.txt", "");
    }

    private void reports() throws IOException {
        add(
                "pandas.html",
                "<table border=\"1\" class=\"dataframe\">\n  <thead>\n    <tr style=\"text-align: right;\">\n      <th></th>\n      <th>sex</th>\n      <th>n</th>\n    </tr>\n  </thead>\n  <tbody>\n"
                        + repeat(
                                700,
                                row ->
                                        "    <tr>\n      <th>"
                                                + row
                                                + "</th>\n      <td>F</td>\n      <td>"
                                                + row * 5
                                                + "</td>\n    </tr>\n")
                        + "  </tbody>\n</table>");
        add(
                "missing.html",
                "<table class=\"dataframe\"><thead><tr><th></th><th>missing</th></tr></thead><tbody>\n<tr><th>patient_id</th><td>0</td></tr>\n<tr><th>age</th><td>5</td></tr>\n<tr><th>2020</th><td>5</td></tr></tbody></table>");
        add(
                "styler.html",
                "<style type=\"text/css\">\n#T_1 td { text-align: right; }\n</style>\n<table id=\"T_1\"><tr><td>F</td><td>120</td></tr></table>\n");
        add(
                "dataset_report.html",
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"UTF-8\"><title>input</title></head><body><h1>Table summary</h1><table><tr><th>Column name</th><th>Data type</th><th>Size (MB)</th></tr><tr><td>patient_id</td><td>int64</td><td>0.50</td></tr><tr><td>age</td><td>int64</td><td>0.50</td></tr></table><h2 id=\"patient_id\"><a href=\"#age\">age</a></h2><table><tr><th>Column Value</th><th>Count</th></tr><tr><td>0</td><td>25</td></tr><tr><td>1</td><td>30</td></tr></table></body></html>\n");
        String png = Base64.getEncoder().encodeToString(image("png", BufferedImage.TYPE_INT_RGB));
        String font = Base64.getEncoder().encodeToString(font());
        add(
                "rmarkdown.html",
                "<!DOCTYPE html>\n\n<html>\n\n<head>\n\n<meta charset=\"utf-8\" />\n<script>/*! jQuery v3.6.0 */\n!function(e,t){\"use strict\";\"object\"==typeof module&&\"object\"==typeof module.exports?module.exports=e.document?t(e,!0):function(e){if(!e.document)throw new Error(\"a window\");return t(e)}:t(e)}(\"undefined\"!=typeof window?window:this,function(C,e){"
                        + "var a=[1,2],b={data:a,c:a<b&&b>a};".repeat(3000)
                        + "});</script>\n<style type=\"text/css\">@font-face{font-family:'Glyphicons Halflings';src:url(data:application/vnd.ms-fontobject;base64,"
                        + font
                        + ")}\nbody{margin:0}</style>\n</head><body>\n<div class=\"container-fluid main-container\">\n<h1 class=\"title\">Report</h1>\n<p>We dropped <code>patient_id</code> before <b>12</b> tables were made.</p>\n<p>There are <code>1200</code> rows in <b>3</b> groups.</p>\n<pre class=\"r\"><code>df %&gt;% select(-patient_id) %&gt;% count(sex)</code></pre>\n<pre><code>## # A tibble: 2 \u00d7 2\n##   sex       n\n## 1 F       120\n## 2 M       115</code></pre>\n<p><img src=\"data:image/png;base64,"
                        + png
                        + "\" width=\"672\" /></p>\n<ul>\n<li>patient_id</li>\n<li>age</li>\n</ul>\n<table>\n<thead>\n<tr class=\"header\">\n<th align=\"left\">sex</th>\n<th align=\"right\">n</th>\n</tr>\n</thead>\n<tbody>\n<tr class=\"odd\">\n<td align=\"left\">F</td>\n<td align=\"right\">120</td>\n</tr>\n</tbody>\n</table>\n</div>\n</body>\n</html>\n");
        add(
                "notebook.html",
                "<!DOCTYPE html><html><head><script src=\"https://cdnjs.cloudflare.com/ajax/libs/require.js/2.1.10/require.min.js\"></script><style>.highlight .o { color: #666 }</style></head><body><div class=\"highlight\"><pre><span></span><span class=\"n\">df</span> <span class=\"o\">=</span> <span class=\"n\">df</span><span class=\"o\">.</span><span class=\"n\">drop</span><span class=\"p\">(</span><span class=\"n\">columns</span><span class=\"o\">=</span><span class=\"s2\">&quot;patient_id&quot;</span><span class=\"p\">)</span>\n<span class=\"mi\">12</span>\n</pre></div><div><img src=\"data:image/png;base64,\n"
                        + png
                        + "\n\"></div></body></html>\n");
        add(
                "regression.html",
                "<table style=\"border-collapse:collapse;\"><caption>Model</caption><tr><td>Predictors</td><td>Estimates</td><td>CI</td></tr><tr><td>age</td><td>1.05</td><td>1.03&nbsp;&ndash;&nbsp;1.07</td></tr><tr><td>&sigma;<sup>2</sup></td><td colspan=\"2\">960.46</td></tr><tr><td>&tau;<sub>00</sub> <sub>patient_id</sub></td><td colspan=\"2\">1378.18</td></tr><tr><td>N <sub>patient_id</sub></td><td colspan=\"2\">18</td></tr><tr><td>Grouping</td><td colspan=\"2\">patient_id</td></tr><tr><td>Observations</td><td colspan=\"2\">180</td></tr></table>");
        add(
                "widget.html",
                "<html><body><div id=\"htmlwidget-1\" class=\"plotly html-widget\"></div><script type=\"application/json\" data-for=\"htmlwidget-1\">{\"x\":{\"data\":[{\"x\":["
                        + repeat(500, n -> n + ",")
                        + "1],\"y\":[0.5,0.25],\"type\":\"scatter\"}],\"layout\":{\"title\":\"Rates by month\"}},\"evals\":[]}</script></body></html>");
        add("fragment.html", "<div><p>All counts are rounded to 5.</p></div>");
    }

    private void json() {
        add(
                "metadata.json",
                "{\n  \"version\": 1,\n  \"note\": \"clustered by patient_id, which was dropped\",\n  \"model\": {\"aic\": 10455.25, \"n\": 5400},\n  \"columns\": [\"sex\", \"age\"]\n}\n");
        add(
                "records.json",
                "["
                        + repeat(
                                4000,
                                row -> "{\"practice\": " + row + ", \"n\": 5, \"ci\": [0.1, 0.2]},")
                        + "{}]");
        add(
                "split.json",
                "{\"columns\":[\"sex\",\"n\"],\"index\":[0,1],\"data\":[[\"F\",120],[\"M\",null]]}");
        add("lines.json", "{\"sex\":\"F\",\"n\":120}\n{\"sex\":\"M\",\"n\":NaN}\n");
        add(
                "results.json",
                "{\"description\": \"Rows\\nthat were \\\"kept\\\": 5, 6\", \"patient_ids\": 1200, \"n_patient_id\": 12}");
    }

    private void drawings() throws IOException {
        String axes =
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"no\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\"\n  \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"460.8pt\" viewBox=\"0 0 460.8 345.6\" xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\">\n <metadata>\n  <rdf:RDF xmlns:cc=\"http://creativecommons.org/ns#\"><cc:Work><dc:date>2024-01-01T10:00:00</dc:date><dc:title>Matplotlib v3.5.2</dc:title></cc:Work></rdf:RDF>\n </metadata>\n <defs><style type=\"text/css\">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>\n <g id=\"figure_1\"><g id=\"text_1\"><!-- Month -->\n";
        String path =
                "<path d=\"M 57.6 307.584 \n"
                        + repeat(12_000, n -> "L " + n + ".5 " + n * 7 % 300 + ".25 \n")
                        + "\" clip-path=\"url(#p1)\" style=\"fill: none; stroke: #1f77b4\"/>\n";
        add("matplotlib.svg", axes + path + "</g></g>\n</svg>\n");
        add(
                "labels.svg",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><text x=\"1\" y=\"2\">Patients with an event</text><text>0</text><text>20</text><text>40</text><text>60</text><text>80</text><text>100</text></svg>");
        add(
                "raster.svg",
                axes
                        + "<image xlink:href=\"data:image/png;base64,\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(image("png", BufferedImage.TYPE_INT_ARGB))
                        + "\" id=\"image1\"/></g></g></svg>");
        var packed = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            zip.write((axes + path + "</g></g></svg>").getBytes(UTF_8));
        }
        files.put("matplotlib.svgz", packed.toByteArray());
    }

    private void images() throws IOException {
        files.put("plot.png", image("png", BufferedImage.TYPE_INT_RGB));
        files.put("transparent.png", image("png", BufferedImage.TYPE_INT_ARGB));
        files.put("grey.png", image("png", BufferedImage.TYPE_BYTE_GRAY));
        files.put("palette.png", image("png", BufferedImage.TYPE_BYTE_INDEXED));
        files.put("black_and_white.png", image("png", BufferedImage.TYPE_BYTE_BINARY));
        files.put("software.png", withText(image("png", BufferedImage.TYPE_INT_RGB)));
        files.put("plot.jpg", image("jpeg", BufferedImage.TYPE_INT_RGB));
        files.put("grey.jpeg", image("jpeg", BufferedImage.TYPE_BYTE_GRAY));
        var uniform = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        files.put("uniform.jpg", encoded(uniform, "jpeg"));
    }

    private static byte[] withText(byte[] png) {
        byte[] text =
                "tEXtSoftware\0Matplotlib version3.5.2, https://matplotlib.org/".getBytes(US_ASCII);
        var sum = new CRC32();
        sum.update(text);
        int afterHeader = 33;
        return ByteBuffer.allocate(png.length + text.length + 8)
                .put(png, 0, afterHeader)
                .putInt(text.length - 4)
                .put(text)
                .putInt((int) sum.getValue())
                .put(png, afterHeader, png.length - afterHeader)
                .array();
    }

    private static byte[] font() {
        byte[] font = new byte[20_000];
        font[34] = 'L';
        font[35] = 'P';
        return font;
    }

    private static byte[] image(String kind, int type) throws IOException {
        var image = new BufferedImage(WIDTH, HEIGHT, type);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, WIDTH, HEIGHT);
        for (int x = 0; x < WIDTH; x += 3) {
            pen.setColor(new Color(x % 256, (x * 7) % 256, (x * 13) % 256));
            pen.drawLine(x, 0, (x * 31) % WIDTH, HEIGHT);
        }
        pen.dispose();
        return encoded(image, kind);
    }

    private static byte[] encoded(BufferedImage image, String kind) throws IOException {
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, kind, out)) {
            throw new IOException("no writer for " + kind);
        }
        return out.toByteArray();
    }
}
