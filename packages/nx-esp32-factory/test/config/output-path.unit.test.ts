import { inspectPageOf, isConfigName, outputPathOf, variantOf } from '../../src/config';

it.each([
  ['apps/light', undefined, 'factory-output/apps/light/default'],
  ['apps/light', 'production', 'factory-output/apps/light/production'],
  ['.', undefined, 'factory-output/root/default'],
  ['.', 'red', 'factory-output/root/red'],
])('the outputs of %s, variant %s, are in %s', (root, variant, path) => {
  expect(outputPathOf(root, variant)).toBe(path);
  expect(inspectPageOf(path)).toBe(`${path}-inspect.html`);
});

it('no variant leads out of the folder of its project', () => {
  for (const variant of ['.', '..', '.x']) {
    expect(isConfigName(`factory.${variant}.config.json`)).toBe(false);
    expect(variantOf(`factory.${variant}.config.json`)).toBeUndefined();
  }
  expect(variantOf('a/factory.x.y.config.json')).toBe('x.y');
});
