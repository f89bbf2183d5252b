package example;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;

import studio.ainative.aikit.client.AIStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All that AI Kit's classes refer to is there in the versions that this application has,
 * which may be others than those that AI Kit was compiled with. So what no request of the
 * other tests happens to call works too. What AI Kit can do without is absent as a whole:
 * of such a package no class is looked for.
 */
class LinkageTests {

	private static final ClassLoader CLASS_PATH = LinkageTests.class.getClassLoader();

	private final Map<String, ClassFile> classFiles = new HashMap<>();

	private final Set<String> missing = new TreeSet<>();

	@Test
	void allThatIsReferredToIsThere() throws Exception {
		List<String> names = classesOfAiKit();
		int references = 0;
		for (String name : names) {
			ClassFile classFile = classFile(name);
			references += classFile.references().size();
			classFile.parents().forEach(this::classFile);
			classFile.references().stream().filter((reference) -> !has(reference.owner(), reference.member()))
				.forEach((reference) -> this.missing.add(reference.owner() + "." + reference.member()));
		}
		assertThat(this.missing).isEmpty();
		assertThat(references).isGreaterThan(names.size());
	}

	private static List<String> classesOfAiKit() throws Exception {
		Path file = Path.of(AIStream.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (JarFile jar = new JarFile(file.toFile())) {
			return jar.stream()
				.map((entry) -> entry.getName())
				.filter((name) -> name.endsWith(".class"))
				.map((name) -> name.substring(0, name.length() - ".class".length()))
				.toList();
		}
	}

	private boolean has(String owner, String member) {
		ClassFile classFile = classFile(owner);
		return classFile == ClassFile.ABSENT || classFile.members().contains(member)
				|| classFile.parents().stream().anyMatch((parent) -> has(parent, member));
	}

	private ClassFile classFile(String name) {
		ClassFile known = this.classFiles.get(name);
		if (known == null) {
			known = read(name);
			this.classFiles.put(name, known);
		}
		return known;
	}

	private ClassFile read(String name) {
		try (InputStream bytes = CLASS_PATH.getResourceAsStream(name + ".class")) {
			if (bytes != null) {
				return ClassFile.read(bytes);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (CLASS_PATH.getResource(name.substring(0, name.lastIndexOf('/') + 1)) != null) {
			this.missing.add(name);
		}
		return ClassFile.ABSENT;
	}

	/**
	 * A method or field, by name and descriptor, as one class refers to it.
	 */
	private record Reference(String owner, String member) {
	}

	/**
	 * What one class declares, inherits from and refers to.
	 */
	private record ClassFile(Set<String> parents, Set<String> members, Set<Reference> references) {

		static final ClassFile ABSENT = new ClassFile(Set.of(), Set.of(), Set.of());

		static ClassFile read(InputStream bytes) throws IOException {
			ClassFile classFile = new ClassFile(new HashSet<>(), new HashSet<>(), new HashSet<>());
			new ClassReader(bytes).accept(new Reader(classFile), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			return classFile;
		}

		void refersTo(String owner, String name, String descriptor) {
			// The compiler has held the JDK's, arrays included, to the oldest Java already
			if (!owner.startsWith("[") && !owner.startsWith("java/")) {
				this.references.add(new Reference(owner, name + descriptor));
			}
		}

	}

	private static final class Reader extends ClassVisitor {

		private final ClassFile classFile;

		Reader(ClassFile classFile) {
			super(SpringAsmInfo.ASM_VERSION);
			this.classFile = classFile;
		}

		@Override
		public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
			Stream.concat(Stream.ofNullable(parent), Stream.of(interfaces)).forEach(this.classFile.parents()::add);
		}

		@Override
		public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
			this.classFile.members().add(name + descriptor);
			return null;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			this.classFile.members().add(name + descriptor);
			return new Code(this.classFile);
		}

	}

	private static final class Code extends MethodVisitor {

		private final ClassFile classFile;

		Code(ClassFile classFile) {
			super(SpringAsmInfo.ASM_VERSION);
			this.classFile = classFile;
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			this.classFile.refersTo(owner, name, descriptor);
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			this.classFile.refersTo(owner, name, descriptor);
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			for (Object argument : arguments) {
				if (argument instanceof Handle handle) {
					this.classFile.refersTo(handle.getOwner(), handle.getName(), handle.getDesc());
				}
			}
		}

	}

}
