import { Writable } from 'node:stream';
import { passOn } from '../../src/executors/terminal';

const failing = (write: () => void) =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      write();
      done(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    },
  }) as NodeJS.WriteStream;

it.each<[string, () => void]>([
  ['fails', () => {}],
  [
    'throws',
    () => {
      throw new Error('no space');
    },
  ],
])('the output of another program may be lost: a stream that %s', async (_name, write) => {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  process.on('uncaughtException', onError);
  const stream = failing(write);
  passOn(stream, 'Writing at 0x1000... (10 %)');
  passOn(stream, 'Writing at 0x2000... (20 %)');
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('uncaughtException', onError);
  expect(errors).toEqual([]);
});
