/** Some commands with a standard output that fails; stdout-attack.stress.test.ts has all of them. */
import { existsSync, writeFileSync } from 'node:fs';
import { onlyWhere } from '../../../../tools/testing/requires';
import { LightApp } from '../light-app';
import { intoClosedPipe, intoFullDisk } from './failing-output';

jest.setTimeout(60_000);

const home = process.cwd();
const app = new LightApp();
beforeAll(() => {
  process.chdir(app.folder);
  writeFileSync('n.csv', 'key,type,encoding,value\nn,namespace,,\nk,data,u8,7\n');
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});

const onLinux = (name: string, body: () => void | Promise<void>) =>
  onlyWhere(process.platform === 'linux', 'there is /dev/full')(name, body);

onLinux('says with status 3 that files were written, but not what', async () => {
  const argv = ['nvs', 'generate', 'n.csv', 'a.bin', '0x3000'];
  expect(intoFullDisk(argv)).toEqual({
    status: 3,
    stderr: 'the command succeeded, but its output could not be written: ENOSPC\n',
  });
  expect(existsSync('a.bin')).toBe(true);
  expect(await intoClosedPipe(['nvs', 'generate', 'n.csv', 'b.bin', '0x3000'])).toEqual({
    status: 3,
    stderr: '',
  });
  expect(existsSync('b.bin')).toBe(true);
});

onLinux('keeps the status of a failure, and of a success whose warnings cannot be printed', () => {
  expect(intoFullDisk(['partitions', 'gone.csv'], true).status).toBe(1);
  expect(intoFullDisk(['nvs'], true).status).toBe(2);
});
