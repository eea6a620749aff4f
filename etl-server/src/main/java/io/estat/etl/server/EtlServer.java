package io.estat.etl.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The ETL server's process. */
@SpringBootApplication(proxyBeanMethods = false)
public class EtlServer {
  public static void main(String[] args) {
    new SpringApplication(EtlServer.class).run(args);
  }
}
