const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a host name, without a port, can mean nothing but this machine. */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK_NAME.test(name);
}

/** Whether a page of this machine, on whatever port, may have sent it as its `Origin`. */
export function isLoopbackOrigin(origin: string): boolean {
  const [, name = ''] = /^https?:\/\/(\[::1\]|[^:/]+)(:\d+)?$/.exec(origin) ?? [];
  return isLoopbackName(name);
}
