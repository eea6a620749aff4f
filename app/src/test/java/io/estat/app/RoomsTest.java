package io.estat.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which room may know which: the last column of the design's table of modules. */
@Tag("check")
final class RoomsTest {
  private static final JavaClasses ESTAT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.estat");

  private static final String CLOUD_OF_AMAZON = "software.amazon..";
  private static final String CLOUD_OF_GOOGLE = "com.google.cloud..";
  private static final String NETTY = "io.netty..";
  private static final String SPRING = "org.springframework..";
  private static final String JDBC = "java.sql..";

  @Test
  void storageIsAPortWithoutBackends() {
    room("io.estat.storage")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            CLOUD_OF_AMAZON,
            CLOUD_OF_GOOGLE,
            NETTY,
            SPRING,
            "io.estat.storage.s3..",
            "io.estat.storage.gcs..",
            "io.estat.jsonl..",
            "io.estat.ingest..")
        .because("both doors stand on this port: what it knows, everything knows")
        .check(ESTAT);
  }

  @Test
  void aBackendKnowsOnlyThePort() {
    String reason = "a backend is found by its URL scheme and can be left out";
    room("io.estat.storage.s3..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            CLOUD_OF_GOOGLE,
            "io.estat.storage.gcs..",
            "io.estat.ingest..",
            "io.estat.etl..",
            "io.estat.jsonl..")
        .because(reason)
        .check(ESTAT);
    room("io.estat.storage.gcs..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            CLOUD_OF_AMAZON,
            "io.estat.storage.s3..",
            "io.estat.ingest..",
            "io.estat.etl..",
            "io.estat.jsonl..")
        .because(reason)
        .check(ESTAT);
  }

  @Test
  void jsonLinesAreOnlyBytes() {
    room("io.estat.jsonl..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.estat.storage..", "io.estat.ingest..", NETTY, SPRING, JDBC)
        .because("the same encoder serves events and rows, wherever they come from and go to")
        .check(ESTAT);
  }

  @Test
  void theIngestServerHasNoFramework() {
    room("io.estat.ingest..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            SPRING,
            JDBC,
            "io.estat.etl..",
            "io.estat.app..",
            "io.estat.storage.s3..",
            "io.estat.storage.gcs..",
            "picocli..")
        .because("it must start in under a second in a quarter of a CPU")
        .check(ESTAT);
  }

  @Test
  void theExtractionEngineRunsInAnyJvm() {
    noClasses()
        .that()
        .resideInAPackage("io.estat.etl..")
        .and()
        .resideOutsideOfPackage("io.estat.etl.server..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            SPRING,
            "jakarta.servlet..",
            "java.net.http..",
            NETTY,
            "io.estat.etl.server..",
            "io.estat.ingest..",
            "io.estat.app..",
            "io.estat.storage.s3..",
            "io.estat.storage.gcs..")
        .because("the same engine serves the server, the command and, later, tasks of a cluster")
        .check(ESTAT);
  }

  @Test
  void theEtlServerDoesNotKnowTheOtherDoor() {
    room("io.estat.etl.server..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.estat.ingest..", "io.estat.app..", NETTY)
        .because("the doors share storage and lines, and are started apart")
        .check(ESTAT);
  }

  @Test
  void thePackagesOfTheEtlServerFormNoCircle() {
    slices()
        .matching("io.estat.etl.server.(*)..")
        .should()
        .beFreeOfCycles()
        .because("requests go from the web inwards, and nothing inside knows who asked")
        .check(ESTAT);
  }

  @Test
  void onlyTheEdgeOfTheEtlServerKnowsHttp() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.estat.etl.server.config..",
            "io.estat.etl.server.store..",
            "io.estat.etl.server.run..",
            "io.estat.etl.server.schedule..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta.servlet..", "org.springframework.web..", "org.springframework.http..")
        .because("jobs run and schedules fire whether or not somebody is connected")
        .check(ESTAT);
  }

  @Test
  void apiKeysAreComparedInATimeThatSaysNothing() {
    classes()
        .that()
        .haveFullyQualifiedName("io.estat.etl.server.security.ApiKeys")
        .should()
        .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
        .andShould(
            ArchConditions.never(
                ArchConditions.callMethod(String.class, "equals", Object.class)
                    .or(ArchConditions.callMethod(Object.class, "equals", Object.class))
                    .or(
                        ArchConditions.callMethod(
                            Arrays.class, "equals", byte[].class, byte[].class))
                    .or(
                        ArchConditions.callMethod(
                            Objects.class, "equals", Object.class, Object.class))))
        .because("a comparison that ends at the first difference tells how much of a key is right")
        .check(ESTAT);
  }

  @Test
  void onlyTheBackendKnowsTheCloud() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.estat.storage.s3..", "io.estat.storage.gcs..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLOUD_OF_AMAZON, CLOUD_OF_GOOGLE)
        .because("errors and options of an SDK are translated at one place")
        .check(ESTAT);
  }

  @Test
  void productsDoNotKnowTheTestkit() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.estat.testkit..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.estat.testkit..")
        .because("fakes and faults have no business in a server")
        .check(ESTAT);
  }

  @Test
  void thePackagesOfIngestFormNoCircle() {
    slices()
        .matching("io.estat.ingest.(*)..")
        .should()
        .beFreeOfCycles()
        .because("a reader who follows an event must never have to go back")
        .check(ESTAT);
  }

  @Test
  void theDiskKnowsNobody() {
    room("io.estat.ingest.disk..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.estat..").and(resideOutsideOfPackage("io.estat.ingest.disk..")))
        .because("journal and DLQ stand on it, and its test twin must forget exactly what it holds")
        .check(ESTAT);
  }

  @Test
  void batchesKnowNeitherHttpNorUpload() {
    room("io.estat.ingest.batch..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.estat.ingest.http..",
            "io.estat.ingest.upload..",
            "io.estat.ingest.dlq..",
            "io.estat.ingest.journal..")
        .because("a batch waits; who fills it and who takes it away come from outside")
        .check(ESTAT);
  }

  @Test
  void httpKnowsNeitherUploadNorDlq() {
    room("io.estat.ingest.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.estat.ingest.upload..", "io.estat.ingest.dlq..", "io.estat.ingest.disk..")
        .because("an event loop never waits for a store or a disk")
        .check(ESTAT);
  }

  @Test
  void theJournalKnowsNeitherHttpNorUpload() {
    room("io.estat.ingest.journal..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.estat.ingest.http..", "io.estat.ingest.upload..")
        .because("it writes what waits in a batch; who answers and who uploads come from outside")
        .check(ESTAT);
  }

  private static GivenClassesConjunction room(String packageName) {
    return noClasses().that().resideInAPackage(packageName);
  }
}
