package how.mana.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;

/** One JSON object a line: {@code {ts, level, service, msg, data}}, as the log collectors in use read them. */
final class JsonLines extends ExtFormatter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter ISO_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final String SERVICE = "mana-auth";
    private static final String FIELDS_PLACEHOLDER = " {0}";

    /** The line says nothing of its caller, so no stack needs to be walked for it. */
    @Override
    public boolean isCallerCalculationRequired() {
        return false;
    }

    @Override
    public String format(ExtLogRecord line) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("ts", ISO_MILLIS.format(line.getInstant()));
            json.writeStringField("level", levelOf(line));
            json.writeStringField("service", SERVICE);
            json.writeStringField("msg", messageOf(line));
            json.writeObjectFieldStart("data");
            writeData(json, line);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.append('\n').toString();
    }

    private void writeData(JsonGenerator json, ExtLogRecord line) throws IOException {
        if (fieldsOf(line) instanceof RequestLog.Fields fields) {
            for (Map.Entry<String, Object> member : fields.members().entrySet()) {
                json.writePOJOField(member.getKey(), member.getValue());
            }
            return;
        }
        json.writeStringField("logger", line.getLoggerName());
        var requestId = line.getMdc(RequestLog.REQUEST_ID);
        if (requestId != null) {
            json.writeStringField(RequestLog.REQUEST_ID, requestId);
        }
        if (line.getThrown() != null) {
            var trace = new StringWriter();
            line.getThrown().printStackTrace(new PrintWriter(trace));
            json.writeStringField("exception", trace.toString());
        }
    }

    private String messageOf(ExtLogRecord line) {
        return fieldsOf(line) instanceof RequestLog.Fields
                ? line.getMessage().replace(FIELDS_PLACEHOLDER, "")
                : formatMessage(line);
    }

    private static Object fieldsOf(ExtLogRecord line) {
        var parameters = line.getParameters();
        return parameters == null || parameters.length != 1 ? "" : parameters[0];
    }

    private static String levelOf(ExtLogRecord line) {
        var level = line.getLevel().intValue();
        if (level >= Level.ERROR.intValue()) {
            return "error";
        }
        if (level >= Level.WARN.intValue()) {
            return "warn";
        }
        return level >= Level.INFO.intValue() ? "info" : Level.DEBUG.getName().toLowerCase(Locale.ROOT);
    }
}
