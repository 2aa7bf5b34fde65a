/** True for an address that only this machine reaches, also as a URL writes it (`[::1]`). Source: RFC 6761, section 6.3; RFC 1122, section 3.2.1.3. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
