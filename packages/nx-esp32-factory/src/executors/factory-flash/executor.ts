import { relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { flashBoard } from '../../board';
import { assertNoConfiguration } from '../configuration';
import { assertNotCached } from '../output-guard';
import { pathsOf } from '../paths';
import { passOn, printFindings, resultOf } from '../terminal';
import type { FactoryFlashOptions } from './schema';

const SCREEN = {
  print: (text: string) => console.log(text),
  warn: printFindings,
  pass: (text: string) => passOn(process.stdout, text),
};

/** Writes the output of factory-image to a device, at the addresses in the app's partition table. */
export default async function factoryFlash(
  options: FactoryFlashOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return resultOf(async () => {
    assertNoConfiguration(context);
    assertNotCached(context);
    const { buildFolder } = options;
    const fromHere =
      buildFolder === undefined ? undefined : relative('.', resolve(context.root, buildFolder));
    await flashBoard({ ...options, buildFolder: fromHere }, pathsOf(options, context), SCREEN);
    return true;
  });
}
