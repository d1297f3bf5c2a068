package how.mana.auth.db.schema;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import liquibase.resource.AbstractResourceAccessor;
import liquibase.resource.Resource;
import liquibase.resource.URIResource;
import org.jspecify.annotations.Nullable;

/**
 * Finds changelog files on the class path one by one. Liquibase's own accessor walks jars and folders, which a native image
 * does not have.
 */
final class ClassPathResources extends AbstractResourceAccessor {
    @Override
    public List<Resource> getAll(String path) {
        var name = path.startsWith("classpath:") ? path.substring("classpath:".length()) : path;
        var found = ClassPathResources.class.getClassLoader().getResource(name);
        return found == null ? List.of() : List.of(new URIResource(name, uri(found)));
    }

    @Override
    public List<Resource> search(@Nullable String path, boolean recursive) {
        return path == null ? List.of() : getAll(path);
    }

    @Override
    public List<String> describeLocations() {
        return List.of("class path");
    }

    @Override
    public void close() {}

    private static URI uri(java.net.URL found) {
        try {
            return found.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The class path has an entry that is no URI", e);
        }
    }
}
