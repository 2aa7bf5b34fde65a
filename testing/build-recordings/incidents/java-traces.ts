import { spring } from '../log-lines.ts';
import type { Line, Place } from '../shape.ts';

type Text = (place: Place) => string;

const MYSQL_FRAMES = [
  '\tat com.mysql.cj.jdbc.exceptions.SQLError.createSQLException(SQLError.java:130) ~[mysql-connector-j-9.1.0.jar!/:9.1.0]',
  '\tat com.mysql.cj.jdbc.exceptions.SQLExceptionsMapping.translateException(SQLExceptionsMapping.java:122) ~[mysql-connector-j-9.1.0.jar!/:9.1.0]',
];
const HIKARI_FRAMES = [
  '\tat com.zaxxer.hikari.util.DriverDataSource.getConnection(DriverDataSource.java:137) ~[HikariCP-5.1.0.jar!/:na]',
  '\tat com.zaxxer.hikari.pool.PoolBase.newConnection(PoolBase.java:360) ~[HikariCP-5.1.0.jar!/:na]',
];

/** The pool cannot make its first connection; the context fails and the process ends with 1. */
export function poolInitFails(app: string, cause: string | Text, ago = 0.02): Line[] {
  const said = (place: Place): string => (typeof cause === 'string' ? cause : cause(place));
  return [
    [ago + 0.02, spring(app, 'INFO', 'main', 'com.zaxxer.hikari.HikariDataSource', 'HikariPool-1 - Starting...')],
    [
      ago + 0.005,
      spring(
        app,
        'ERROR',
        'main',
        'com.zaxxer.hikari.pool.HikariPool',
        (place) => `HikariPool-1 - Exception during pool initialization.\n\njava.sql.${said(place)}\n${[...MYSQL_FRAMES, ...HIKARI_FRAMES].join('\n')}`,
      ),
    ],
    [
      ago + 0.003,
      spring(
        app,
        'WARN',
        'main',
        'o.s.b.w.s.c.AnnotationConfigServletWebServerApplicationContext',
        "Exception encountered during context initialization - cancelling refresh attempt: org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory' defined in class path resource [org/springframework/boot/autoconfigure/orm/jpa/HibernateJpaConfiguration.class]: Unable to open JDBC Connection for DDL execution",
      ),
    ],
    [
      ago,
      spring(
        app,
        'ERROR',
        'main',
        'o.s.boot.SpringApplication',
        (place) =>
          `Application run failed\n\norg.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory'\n\tat org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory.initializeBean(AbstractAutowireCapableBeanFactory.java:1806) ~[spring-beans-6.1.14.jar!/:6.1.14]\nCaused by: java.sql.${said(place)}\n\t... 37 common frames omitted`,
      ),
    ],
  ];
}

/** A request that fails in the data layer, as the servlet container logs it. */
export function requestFails(app: string, number: number, outer: string, cause: string | Text): Text {
  return spring(
    app,
    'ERROR',
    `nio-8080-exec-${1 + (number % 9)}`,
    'o.a.c.c.C.[.[.[/].[dispatcherServlet]',
    (place) =>
      `Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request processing failed: ${outer}] with root cause\n\n${typeof cause === 'string' ? cause : cause(place)}\n${number < 2 ? MYSQL_FRAMES.join('\n') : MYSQL_FRAMES[0]}`,
  );
}

export function sqlWarns(app: string, number: number, code: number, state: string, message: string | Text): readonly Text[] {
  const thread = `nio-8080-exec-${1 + (number % 9)}`;
  return [
    spring(app, 'WARN', thread, 'o.h.engine.jdbc.spi.SqlExceptionHelper', `SQL Error: ${code}, SQLState: ${state}`),
    spring(app, 'ERROR', thread, 'o.h.engine.jdbc.spi.SqlExceptionHelper', message),
  ];
}

/** What Spring Cloud Gateway says when a backend answers with an error, cannot be reached or cannot be found. */
export function gatewayFails(number: number, path: string, cause: string): Text {
  return spring(
    'api-gateway',
    'ERROR',
    `ctor-http-nio-${1 + (number % 4)}`,
    'o.s.b.a.w.r.e.AbstractErrorWebExceptionHandler',
    `[${(0x3f2a11 + number * 977).toString(16)}-${number}] 500 Server Error for HTTP GET "${path}"\n\n${cause}`,
  );
}
