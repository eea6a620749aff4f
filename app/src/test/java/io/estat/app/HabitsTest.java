package io.estat.app;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Habits that hold in every module. */
@Tag("check")
final class HabitsTest {
  private static final JavaClasses ESTAT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.estat");

  @Test
  void packagesAreNamedAfterWhatTheyHold() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..")
        .because("such a name says nothing and attracts everything")
        .check(ESTAT);
  }

  @Test
  void classesAreNamedAfterWhatTheyAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?")
        .because("the field has a word for it: batch, uploader, queue, encoder")
        .check(ESTAT);
  }

  @Test
  void nothingSleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            target(nameMatching("sleep"))
                .and(target(owner(JavaClass.Predicates.assignableTo(Thread.class)))))
        .because("a wait has a deadline and a waker, and time is injected")
        .check(ESTAT);
  }

  @Test
  void onlyTheCommandWritesToTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.estat.app..")
        .and()
        .doNotHaveFullyQualifiedName("io.estat.etl.server.EtlServer") // a process of its own
        .should(ACCESS_STANDARD_STREAMS)
        .because("a library logs; what a user reads on the terminal is the command's")
        .check(ESTAT);
  }

  @Test
  void thereIsOneLogger() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..")
        .because("logs go through SLF4J, so that format, level and sampling are set once")
        .check(ESTAT);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should(liveInANullMarkedPackage())
        .because("NullAway looks only at packages that say so")
        .check(ESTAT);
  }

  /** Sources, tests included: what no class file shows. */
  @Test
  void nothingIsLeftForLater() throws IOException {
    // In two halves, so that this file does not find itself.
    Pattern forbidden =
        Pattern.compile(
            "\\b(?:TO" + "DO|FIX" + "ME|X" + "XX)\\b|@Dis" + "abled|Thread\\.sl" + "eep\\(");
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("estat.root", "..")))) {
      List<String> found =
          files
              .filter(file -> file.toString().matches(".*/src/.*\\.java"))
              .flatMap(file -> lines(file, forbidden))
              .toList();
      assertThat(found)
          .as("work is done or not begun; a test runs or is not there; nothing sleeps")
          .isEmpty();
    }
  }

  private static Stream<String> lines(Path file, Pattern forbidden) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> forbidden.matcher(line).find())
          .map(line -> file + ": " + line.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                type, marked, type.getName() + " in " + type.getPackageName()));
      }
    };
  }
}
