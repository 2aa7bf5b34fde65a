/** A connection URL as it may be shown: without password and parameters. */
export function serverName(url: string): string {
  try {
    const { username, hostname, port, pathname, searchParams } = new URL(url);
    const host = hostname || searchParams.get('host') || 'localhost';
    return `postgres://${username ? `${username}@` : ''}${host}${port ? `:${port}` : ''}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}
