package how.mana.auth;

import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.inject.Singleton;

/**
 * Is there in builds of local and dev mode and nowhere else. Whoever relaxes something for a first look asks for an {@code
 * Instance<LocalMode>}: the answer is part of the build, so that nothing in its environment can relax a production package.
 */
@Singleton
@IfBuildProfile(anyOf = {"local", "dev"})
public final class LocalMode {}
