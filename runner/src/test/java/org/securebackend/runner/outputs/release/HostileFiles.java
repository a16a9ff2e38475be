package org.securebackend.runner.outputs.release;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes files that must be kept out of level 4: a table of patients, written in one of many ways
 * and then changed in ways that leave it one. The same random numbers make the same file.
 */
public final class HostileFiles {
    /** Harmless text to stand before or behind a table. */
    private static final List<String> PROSE =
            List.of(
                    "Some words before.\n",
                    "Results of the model\n\n",
                    "# a note\n",
                    "Dropping column patient_id\n",
                    "\n\n");

    private final Random random;

    private HostileFiles(Random random) {
        this.random = random;
    }

    /** Why a file must stay out. */
    public enum Kind {
        IDENTIFIER,
        TOO_MANY_ROWS,
        ENDLESS_FIELD,
        NO_TEXT,
        WRONG_KIND,
        EMBEDDED
    }

    /** A file with the way in which it was made. */
    // Its bytes are handed over once, and files are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record Hostile(String name, byte[] content, Kind kind, String way) {}

    public static Hostile make(long seed) {
        return new HostileFiles(new Random(seed)).any();
    }

    private Hostile any() {
        // Large files are slow to make; small ones try more ways.
        int dice = random.nextInt(1000);
        if (dice < 12) {
            return tooMany();
        } else if (dice < 20) {
            return endless();
        } else if (dice < 80) {
            return noText();
        } else if (dice < 180) {
            return wrongKind();
        } else if (dice < 220) {
            return embedded();
        }
        return identifier();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    // The table

    private record Table(List<String> header, List<List<String>> rows, int identifier) {}

    private Table table(int rows) {
        int others = 1 + random.nextInt(5);
        int identifier = random.nextInt(others + 1);
        List<String> header = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            header.add(
                    pick(List.of("age", "sex", "imd", "bmi", "region", "died_date", "Age group")));
        }
        header.add(identifier, dressed());
        UnaryOperator<String> form = identifierForm();
        List<List<String>> body = new ArrayList<>();
        int patient = 1 + random.nextInt(100_000);
        for (int i = 0; i < rows; i++) {
            patient += 1 + random.nextInt(50);
            List<String> row = new ArrayList<>();
            for (int j = 0; j < others; j++) {
                row.add(pick(List.of("45", "F", "M", "3", "31.5", "London", "2020-01-01", "0")));
            }
            row.add(identifier, form.apply(String.valueOf(patient)));
            body.add(row);
        }
        return new Table(header, body, identifier);
    }

    private UnaryOperator<String> identifierForm() {
        return switch (random.nextInt(6)) {
            case 0 -> id -> id + ".0";
            case 1 -> id -> "P" + "0".repeat(Math.max(0, 8 - id.length())) + id;
            case 2 ->
                    id ->
                            "%016x"
                                    .formatted(
                                            Long.parseLong(id) * 0x9E3779B97F4A7C15L
                                                    | 0x1010000000000000L);
            default -> id -> id;
        };
    }

    /** The name of the column as somebody may write it who knows that it is looked for. */
    private String dressed() {
        String name =
                pick(
                        List.of(
                                "patient_id",
                                "PATIENT_ID",
                                "Patient_Id",
                                "patient id",
                                "Patient ID",
                                "patient-id",
                                "patient.id",
                                "PatientID",
                                "patientId",
                                "patient__id",
                                "t.patient_id",
                                "dbo.patients.patient_id",
                                "df$patient_id",
                                "[patient_id]",
                                "(patient_id)",
                                "patient_id_x",
                                "patient_id.1",
                                "`patient_id`",
                                "*patient_id*",
                                "patient\\_id"));
        if (chance(15)) {
            name =
                    inserted(
                            name,
                            pick(
                                    List.of(
                                            "\u200B", "\u00AD", "\uFEFF", "\u2060", "\u0332",
                                            "\u0301", "\u200E", "\u034F")));
        }
        if (chance(8)) {
            name = wide(name);
        }
        if (chance(6)) {
            name = name.replace('a', '\u0430').replace('e', '\u0435');
        }
        return name;
    }

    private String inserted(String text, String what) {
        int at = random.nextInt(text.length() + 1);
        return text.substring(0, at) + what + text.substring(at);
    }

    private static String wide(String text) {
        return text.chars()
                .mapToObj(here ->
                        Character.toString(
                                Character.isLetter(here) && here < 128 ? here + 0xFEE0 : here))
                .collect(Collectors.joining());
    }

    // Ways to write it

    private Hostile identifier() {
        int way = random.nextInt(14);
        int rows = 6 + random.nextInt(20);
        Table table = table(rows);
        return switch (way) {
            case 0, 1, 2 -> delimited(table, ".csv");
            case 3, 4 -> delimited(table, pick(List.of(".txt", ".log", ".md")));
            case 5 -> printed(table);
            case 6 -> onItsSide(table);
            case 7 -> pairs(table);
            case 8 -> json(table);
            case 9, 10 -> html(table);
            case 11 -> script(table);
            case 12 -> svg(table);
            default -> textInMarkup(table);
        };
    }

    private Hostile hostile(String type, String text, String way) {
        return new Hostile("output/" + name() + type, text.getBytes(UTF_8), Kind.IDENTIFIER, way);
    }

    private String name() {
        return pick(List.of("table", "table.png", "a.b.c", "r\u00e9sum\u00e9", "x.csv"));
    }

    private String line(List<String> cells, String delimiter, UnaryOperator<String> quote) {
        return cells.stream().map(quote).collect(Collectors.joining(delimiter));
    }

    private UnaryOperator<String> quoting() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> cell -> "\"" + cell + "\"";
            case 2 -> cell -> "'" + cell + "'";
            case 3 -> cell -> " " + cell + " ";
            case 4 -> cell -> "\"\"\"" + cell + "\"\"\"";
            case 5 -> cell -> "\u00A0" + cell;
            default -> cell -> cell;
        };
    }

    private Hostile delimited(Table table, String type) {
        String delimiter = pick(List.of(",", ",", ",", ";", "\t", "|", "^", "~"));
        UnaryOperator<String> quote = quoting();
        String end = pick(List.of("\n", "\n", "\r\n", "\r", "\n\n"));
        var text = new StringBuilder();
        if (chance(20)) {
            text.append("\uFEFF".repeat(1 + random.nextInt(2)));
        }
        text.append(before(type, delimiter, table.header().size()));
        text.append(line(table.header(), delimiter, quote)).append(end);
        if (type.equals(".md") && delimiter.equals("|")) {
            text.append("---|".repeat(table.header().size())).append('\n');
        }
        for (List<String> row : table.rows()) {
            text.append(line(row, delimiter, chance(30) ? cell -> cell : quote)).append(end);
        }
        if (chance(10)) {
            text.setLength(text.length() - end.length());
        }
        return hostile(type, text + behind(), "delimited by " + delimiter);
    }

    private String before(String type, String delimiter, int cells) {
        if (!chance(40)) {
            return "";
        }
        return switch (random.nextInt(type.equals(".csv") ? 6 : 2)) {
            case 0 -> pick(PROSE);
            case 1 -> pick(List.of("\n", " \n", "\n\n\n", "\t\n"));
            case 2 -> delimiter.repeat(cells - 1) + "\n";
            case 3 -> "Title" + delimiter.repeat(cells - 1) + "\n";
            case 4 -> "\u200B\n";
            // A wide record and a table below it that is narrower.
            default -> "a" + (delimiter + "x").repeat(cells + 3) + "\n";
        };
    }

    private String behind() {
        return chance(25) ? pick(PROSE) : "";
    }

    private Hostile printed(Table table) {
        int width = 14;
        var text = new StringBuilder(chance(50) ? pick(PROSE) : "");
        boolean numbered = chance(50);
        List<String> header =
                table.header().stream()
                        .map(cell -> cell.replace("Age group", "Age").replace(' ', '_'))
                        .toList();
        text.append(numbered ? "    " : "");
        header.forEach(
                cell -> text.append(" ".repeat(Math.max(2, width - cell.length()))).append(cell));
        text.append('\n');
        if (chance(30)) {
            text.append("-".repeat(60)).append('\n');
        }
        if (chance(20)) {
            text.append(numbered ? "    " : "")
                    .append("  <chr>".repeat(header.size()))
                    .append('\n');
        }
        int number = 0;
        for (List<String> row : table.rows()) {
            text.append(numbered ? "%-4d".formatted(number++) : "");
            row.forEach(cell ->
                    text.append(" ".repeat(Math.max(2, width - cell.length()))).append(cell));
            text.append('\n');
        }
        return hostile(pick(List.of(".txt", ".log", ".md", ".csv")), text + behind(), "printed");
    }

    private Hostile onItsSide(Table table) {
        String delimiter = pick(List.of(",", ",", ";", "\t"));
        UnaryOperator<String> quote = quoting();
        List<String> lines = new ArrayList<>();
        for (int column = 0; column < table.header().size(); column++) {
            int here = column;
            List<String> cells = new ArrayList<>(List.of(table.header().get(column)));
            table.rows().forEach(row -> cells.add(row.get(here)));
            lines.add(line(cells, delimiter, quote));
        }
        return hostile(
                pick(List.of(".csv", ".txt", ".log")),
                String.join("\n", lines) + "\n" + behind(),
                "on its side");
    }

    private Hostile pairs(Table table) {
        String sign = pick(List.of(": ", "=", " = ", ":"));
        String between = pick(List.of("\n", ", ", "; "));
        var text = new StringBuilder(chance(50) ? pick(PROSE) : "");
        for (List<String> row : table.rows()) {
            for (int i = 0; i < row.size(); i++) {
                text.append(table.header().get(i)).append(sign).append(row.get(i)).append(between);
            }
            text.append('\n');
        }
        return hostile(pick(List.of(".txt", ".log")), text.toString(), "pairs with " + sign);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private String jsonName(String text) {
        if (!chance(30)) {
            return quoted(text);
        }
        var escaped = new StringBuilder("\"");
        text.chars()
                .forEach(here ->
                        escaped.append(
                                chance(50) || here == '\\' || here == '"'
                                        ? "\\u%04x".formatted(here)
                                        : Character.toString(here)));
        return escaped.append('"').toString();
    }

    private String jsonText(Table table) {
        return switch (random.nextInt(4)) {
            case 0 ->
                    table.rows().stream()
                            .map(row ->
                                    IntStream.range(0, row.size())
                                            .mapToObj(i ->
                                                    jsonName(table.header().get(i))
                                                            + ":"
                                                            + quoted(row.get(i)))
                                            .collect(Collectors.joining(",", "{", "}")))
                            .collect(Collectors.joining(chance(50) ? ",\n" : ",", "[", "]"));
            case 1 ->
                    IntStream.range(0, table.header().size())
                            .mapToObj(i ->
                                    jsonName(table.header().get(i))
                                            + ":"
                                            + table.rows().stream()
                                                    .map(row -> quoted(row.get(i)))
                                                    .collect(Collectors.joining(",", "[", "]")))
                            .collect(Collectors.joining(",", "{", "}"));
            case 2 ->
                    "{\"columns\":"
                            + table.header().stream()
                                    .map(this::jsonName)
                                    .collect(Collectors.joining(",", "[", "]"))
                            + ",\"data\":"
                            + table.rows().stream()
                                    .map(row ->
                                            row.stream()
                                                    .map(HostileFiles::quoted)
                                                    .collect(Collectors.joining(",", "[", "]")))
                                    .collect(Collectors.joining(",", "[", "]"))
                            + "}";
            default ->
                    table.rows().stream()
                            .map(row ->
                                    IntStream.range(0, row.size())
                                            .mapToObj(i ->
                                                    jsonName(table.header().get(i))
                                                            + ": "
                                                            + quoted(row.get(i)))
                                            .collect(Collectors.joining(", ", "{", "}")))
                            .collect(Collectors.joining("\n"));
        };
    }

    private Hostile json(Table table) {
        String text = jsonText(table);
        if (chance(15)) {
            text = "{\"note\": " + quoted(text).replace("\n", "\\n") + "}";
        } else if (chance(10)) {
            String csv =
                    line(table.header(), ",", cell -> cell)
                            + "\n"
                            + table.rows().stream()
                                    .map(row -> line(row, ",", cell -> cell))
                                    .collect(Collectors.joining("\n"));
            text = "{\"note\": " + quoted(csv).replace("\n", "\\n") + "}";
        }
        return hostile(".json", (chance(10) ? "\uFEFF" : "") + text, "json");
    }

    private String entities(String text) {
        if (!chance(40)) {
            return text.replace("<", "&lt;");
        }
        var coded = new StringBuilder();
        text.codePoints()
                .forEach(here ->
                        coded.append(
                                chance(40)
                                        ? (chance(50) ? "&#%d;" : "&#x%x;").formatted(here)
                                        : here == '_' && chance(50)
                                                ? "&lowbar;"
                                                : Character.toString(here)));
        return coded.toString();
    }

    private String within(String text) {
        return switch (random.nextInt(6)) {
            case 0 -> "<b>" + text + "</b>";
            case 1 -> "<span class=\"a > b\">" + text + "</span>";
            case 2 -> text.isEmpty() ? text : "<i>" + text.charAt(0) + "</i>" + text.substring(1);
            case 3 -> "<!-- note -->" + text;
            default -> text;
        };
    }

    private String page(String content) {
        return switch (random.nextInt(4)) {
            case 0 -> "<html><body>" + content + "</body></html>";
            case 1 ->
                    "<!DOCTYPE html>\n<html><head><title>x</title></head><body>\n<p>Some words</p>"
                            + content
                            + "</body></html>";
            case 2 -> "<div hidden>" + content + "</div>";
            default -> "<table><tr><td>x</td></tr></table>" + content;
        };
    }

    private String tag(String name) {
        return chance(20)
                ? name.toUpperCase(java.util.Locale.ROOT)
                : chance(20) ? name + " style=\"color:red\"" : name;
    }

    private Hostile html(Table table) {
        boolean lists = chance(25);
        String row = lists ? "div" : "tr";
        String cell = lists ? pick(List.of("span", "div", "b")) : "td";
        String head = lists ? cell : pick(List.of("td", "th"));
        boolean close = lists || chance(80);
        boolean blanks = !lists && chance(50);
        var text = new StringBuilder(lists ? "" : "<" + tag("table") + ">");
        text.append("<").append(tag(row)).append(">");
        for (String name : table.header()) {
            boolean phrase = lists && name.equals("Age group");
            String coded = phrase ? "age" : entities(name);
            text.append("<")
                    .append(tag(head))
                    .append(">")
                    .append(coded.startsWith("&") ? coded : within(coded));
            text.append(close ? "</" + head + ">" : "").append(blanks ? "\n" : "");
        }
        text.append(close ? "</" + row + ">" : "");
        for (List<String> cells : table.rows()) {
            text.append("<").append(tag(row)).append(">");
            cells.forEach(value ->
                    text.append("<")
                            .append(cell)
                            .append(">")
                            .append(value)
                            .append(close ? "</" + cell + ">" : "")
                            .append(blanks ? "\n" : ""));
            text.append(close ? "</" + row + ">" : "").append(blanks ? "\n" : "");
        }
        text.append(lists ? "" : "</table>");
        String content = text.toString();
        if (!lists && chance(15)) {
            return hostile(pick(List.of(".md", ".txt")), "Words\n\n" + content, "html in text");
        }
        return hostile(".html", page(content), lists ? "html of " + cell : "html table");
    }

    private Hostile script(Table table) {
        String json = jsonText(table);
        String content =
                switch (random.nextInt(5)) {
                    case 0 -> "<script>var data = " + json + ";</script>";
                    case 1 -> "<script type=\"application/json\">" + json + "</script>";
                    case 2 ->
                            "<div data-rows='"
                                    + json.replace("&", "&amp;").replace("'", "&#39;")
                                    + "'></div>";
                    case 3 ->
                            "<script>var html = \"<table><tr><th>"
                                    + table.header().get(table.identifier()).replace("\\", "")
                                    + "<\\/th></tr></table>\"</script>";
                    default -> "<template>" + json.replace("<", "&lt;") + "</template>";
                };
        return hostile(".html", page(content), "script");
    }

    private Hostile svg(Table table) {
        var text = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\">");
        int way = random.nextInt(3);
        for (int row = -1; row < table.rows().size(); row++) {
            List<String> cells = row < 0 ? table.header() : table.rows().get(row);
            switch (way) {
                case 0 ->
                        cells.forEach(cell ->
                                text.append("<text x=\"1\">")
                                        .append(entities(cell))
                                        .append("</text>"));
                case 1 -> {
                    text.append("<text>");
                    cells.forEach(cell ->
                            text.append("<tspan>").append(entities(cell)).append("</tspan>"));
                    text.append("</text>\n");
                }
                default -> {
                    text.append("<foreignObject><div>");
                    text.append(
                            cells.stream().map(this::entities).collect(Collectors.joining(",")));
                    text.append("</div></foreignObject>");
                }
            }
        }
        text.append("</svg>");
        return chance(30)
                ? new Hostile("a.svgz", gzip(text.toString()), Kind.IDENTIFIER, "svgz")
                : hostile(".svg", text.toString(), "svg " + way);
    }

    private Hostile textInMarkup(Table table) {
        String delimiter = pick(List.of(",", "\t", ";", "|"));
        String csv =
                line(table.header(), delimiter, cell -> cell)
                        + "\n"
                        + table.rows().stream()
                                .map(row -> line(row, delimiter, cell -> cell))
                                .collect(Collectors.joining("\n"))
                        + "\n";
        String escaped = csv.replace("&", "&amp;").replace("<", "&lt;");
        return switch (random.nextInt(6)) {
            case 0 -> hostile(".html", page("<pre>" + escaped + "</pre>"), "pre");
            case 1 -> hostile(".html", page("<!--\n" + csv + "-->"), "comment");
            case 2 ->
                    hostile(
                            ".html",
                            page("<p title=\"\n" + escaped.replace("\"", "&quot;") + "\">x</p>"),
                            "attribute");
            case 3 -> hostile(".html", page("<style>/*\n" + csv + "*/</style>"), "style");
            case 4 -> hostile(".svg", "<svg><desc><![CDATA[" + csv + "]]></desc></svg>", "cdata");
            default ->
                    hostile(
                            ".svg",
                            "<svg><metadata>\n" + escaped + "</metadata></svg>",
                            "metadata");
        };
    }

    // Other reasons

    private Hostile tooMany() {
        int rows = 5001 + random.nextInt(50);
        return switch (random.nextInt(8)) {
            case 0 -> many(".csv", "n\n", rows, i -> i + "\n", "");
            case 1 -> many(".csv", "n,m\n", 5000 + rows, i -> "\"" + i + "\n\"", "\n");
            case 2 -> many(".txt", "n,m\n", rows, i -> i + ",45\n", "");
            case 3 -> many(".json", "[", rows, i -> "{\"n\":" + i + "},", "1]");
            case 4 ->
                    many(
                            ".html",
                            "<html><table>",
                            rows,
                            i -> "<tr><td>" + i + "</td></tr>",
                            "</table></html>");
            case 5 -> many(".html", "<html><pre>", rows, i -> i + ",F\n", "</pre></html>");
            case 6 -> many(".csv", "id", rows, i -> "," + i, "\nage" + ",45".repeat(rows) + "\n");
            default ->
                    many(
                            ".html",
                            "<html><script>var a = [",
                            rows + 1,
                            i -> "[" + i + ", 45], ",
                            "0]</script></html>");
        };
    }

    private Hostile many(
            String type,
            String start,
            int rows,
            java.util.function.IntFunction<String> row,
            String end) {
        String text =
                start + IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining()) + end;
        return new Hostile(
                "many" + type, text.getBytes(UTF_8), Kind.TOO_MANY_ROWS, "many rows in " + type);
    }

    private Hostile endless() {
        String field = pick(List.of("1;45;F|", "QUJD", "12 ", "a,b")).repeat(12_000);
        String type = pick(List.of(".csv", ".txt", ".log", ".json", ".html"));
        String text =
                switch (type) {
                    case ".csv" -> "n\n\"" + field + "\"\n";
                    case ".json" -> "{\"n\": \"" + field + "\"}";
                    case ".html" -> "<html><p>" + field + "</p></html>";
                    default -> field;
                };
        return new Hostile(
                "endless" + type, text.getBytes(UTF_8), Kind.ENDLESS_FIELD, "endless " + type);
    }

    private Hostile noText() {
        String text =
                "patient_id,age\n"
                        + IntStream.range(0, 20)
                                .mapToObj(i -> i + ",45\n")
                                .collect(Collectors.joining());
        String type = pick(List.of(".csv", ".txt", ".log", ".md", ".json", ".html", ".svg"));
        byte[] content =
                switch (random.nextInt(6)) {
                    case 0 -> text.getBytes(UTF_16LE);
                    case 1 -> text.getBytes(java.nio.charset.StandardCharsets.UTF_16);
                    case 2 -> text.getBytes(java.nio.charset.Charset.forName("UTF-32"));
                    case 3 -> gzip(text);
                    case 4 -> text.replace(",", "\u001F").replace("\n", "\u001E").getBytes(UTF_8);
                    default -> broken(text);
                };
        return new Hostile("a" + type, content, Kind.NO_TEXT, "no text");
    }

    private byte[] broken(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        bytes[random.nextInt(bytes.length)] =
                pick(List.of(0x80, 0xC0, 0xFF, 0xFE, 0x00)).byteValue();
        return bytes;
    }

    private Hostile wrongKind() {
        Table table = table(8);
        byte[] csv =
                (line(table.header(), ",", cell -> cell)
                                + "\n"
                                + table.rows().stream()
                                        .map(row -> line(row, ",", cell -> cell))
                                        .collect(Collectors.joining("\n")))
                        .getBytes(UTF_8);
        String image = pick(IMAGES);
        byte[] good = Objects.requireNonNull(HARMLESS.get(image));
        byte[] content =
                switch (random.nextInt(5)) {
                    case 0 -> joined(good, csv);
                    case 1 ->
                            Arrays.copyOf(good, good.length - 1 - random.nextInt(good.length - 1));
                    case 2 -> csv;
                    case 3 -> joined(good, good);
                    default -> joined(Arrays.copyOf(good, 8), csv);
                };
        return new Hostile(image, content, Kind.WRONG_KIND, "no image");
    }

    private static final Map<String, byte[]> HARMLESS = HarmlessFiles.all();
    private static final List<String> IMAGES =
            HARMLESS.keySet().stream()
                    .filter(name ->
                            name.endsWith(".png")
                                    || name.endsWith(".jpg")
                                    || name.endsWith(".jpeg")
                                    || name.endsWith(".svgz"))
                    .toList();

    private Hostile embedded() {
        Table table = table(8);
        String csv =
                line(table.header(), ",", cell -> cell)
                        + "\n"
                        + table.rows().stream()
                                .map(row -> line(row, ",", cell -> cell))
                                .collect(Collectors.joining("\n"));
        String type =
                pick(
                        List.of(
                                "text/csv",
                                "text/plain",
                                "application/octet-stream",
                                "application/zip",
                                "image/png",
                                "image/jpeg",
                                "font/woff2",
                                "TEXT/CSV;charset=utf-8",
                                "application/json",
                                "image/svg+xml"));
        String address =
                "data:"
                        + type
                        + ";base64,"
                        + Base64.getEncoder().encodeToString(csv.getBytes(UTF_8));
        String content =
                switch (random.nextInt(4)) {
                    case 0 -> "<a href=\"" + address + "\">x</a>";
                    case 1 -> "<img src='" + address + "'>";
                    case 2 -> "<style>a{background:url(" + address + ")}</style>";
                    default -> "<iframe src=" + address + "></iframe>";
                };
        return new Hostile(
                "a.html", page(content).getBytes(UTF_8), Kind.EMBEDDED, "embedded " + type);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] gzip(String content) {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
