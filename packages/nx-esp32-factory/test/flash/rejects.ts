import { FactoryError } from 'nvs-core';

/** The codes of the FactoryError that `work` throws; any other error is rethrown. */
export function codesOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map((finding) => finding.code);
    throw error;
  }
  return [];
}

/** The FactoryError that `work` rejects with. */
export async function rejection(work: Promise<unknown>): Promise<FactoryError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
