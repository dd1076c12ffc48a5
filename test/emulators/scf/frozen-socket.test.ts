import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test as it, onTestFinished } from 'vitest';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';
import { isAlive } from '../../worlds/process-state.ts';

/** Keeps one connection, as to a database, and asks over it for every event. */
const asking = (port: number) => `
  import { connect } from 'node:net';
  import { once } from 'node:events';
  const socket = connect(${port}, '127.0.0.1');
  export const main_handler = async () => {
    socket.write('ask');
    const [answer] = await once(socket, 'data');
    return { pid: process.pid, answer: String(answer) };
  };
`;

it('a connection that idles while its instance is frozen still works after it, and ends with the runtime', async () => {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.on('data', () => socket.write(connections.length === 1 ? 'the first' : 'another'));
    socket.on('error', () => undefined); // the instance is killed in the end
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  const runtime = await runFunctions({ asks: { source: asking(port) } });
  const before = await returned<{ pid: number; answer: string }>(runtime.invoke('asks', {}));
  const after = await returned<{ pid: number; answer: string }>(runtime.invoke('asks', {}));
  expect(after).toEqual({ pid: before.pid, answer: 'the first' });

  const ended = connections.map((socket) => once(socket, 'close'));
  await runtime.close();
  await Promise.all(ended);
  expect(ended).toHaveLength(1);
  expect(isAlive(before.pid)).toBe(false);
});
