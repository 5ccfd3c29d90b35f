import { statSync } from 'node:fs';
import factoryImage from '../../src/executors/factory-image/executor';
import factoryInspect from '../../src/executors/factory-inspect/executor';
import { CurrentApp } from '../current-app';
import { LightApp } from '../light-app';

const current = new CurrentApp(() => new LightApp());
let app: LightApp;
beforeEach(() => {
  app = current.app;
});

const context = () => app.context();

it('shows the image, and writes a page for its owner that has the codes', async () => {
  await factoryImage({}, context());
  current.printed = '';
  expect(await factoryInspect({}, context())).toEqual({ success: true });
  expect(current.printed).toContain('EXL-0000-0001');
  expect(current.printed).not.toMatch(/MT:|34567890/);
  expect(app.read('factory-output/root/default-inspect.html').toString()).toContain('MT:-24J0GSY006PVH7SR00');
  expect(statSync('factory-output/root/default-inspect.html').mode & 0o777).toBe(0o600);
});

it('reads an encrypted image with the keys beside it', async () => {
  app.set('encryption', { scheme: 'flash' });
  app.write(
    'sdkconfig.defaults',
    `${app.read('sdkconfig.defaults')}CONFIG_NVS_ENCRYPTION=y\nCONFIG_SECURE_FLASH_ENC_ENABLED=y\nCONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y\n`,
  );
  expect(await factoryImage({}, context())).toEqual({ success: true });
  current.printed = '';
  expect(await factoryInspect({ html: false }, context())).toEqual({ success: true });
  expect(current.printed).toContain('EXL-0000-0001');
});

it('fails on an image with errors, and says them in the form of a CI', async () => {
  await factoryImage({}, context());
  const image = app.read('factory-output/root/default/partition.bin');
  image[100] = (image[100] ?? 0) ^ 1;
  app.write('factory-output/root/default/partition.bin', image);
  current.printed = '';
  expect(await factoryInspect({ format: 'github' }, context())).toEqual({ success: false });
  expect(current.printed).toMatch(/^::error /m);
});

it('fails where nothing was made', async () => {
  expect(await factoryInspect({}, context())).toEqual({ success: false });
  expect(current.printed).toContain('files.missing');
});
