import { encodeNvs, FactoryError, type Finding, formatNvsCsv, PAGE_LENGTH, toNvsItems } from 'nvs-core';
import { inspectErrors } from '../errors';
import type { ImageContents } from './image';
import type { NvsContents } from './nvs';
import { kindName } from './words';

export interface ImageCsv {
  readonly text: string;
  /** The size for "nvs generate" that makes the same image. */
  readonly size: number;
  readonly version: 1 | 2;
  /** A warning if it would make a different image. */
  readonly findings: readonly Finding[];
}

/**
 * The CSV of an image's NVS, with secrets: "nvs generate" makes the identical image from it, if a generator made it.
 * Errors: inspect.csv-without-nvs, nvs.csv-unwritable.
 */
export function imageCsv({ nvs, kind }: ImageContents): ImageCsv {
  if (nvs === undefined || nvs.encryption === 'locked') {
    throw inspectErrors.error('inspect.csv-without-nvs', { kind: kindName(kind) });
  }
  const { decoded, image } = nvs;
  const items = toNvsItems(decoded);
  const version = decoded.version ?? 2;
  const reason = differenceOf(items, nvs, version);
  return {
    text: formatNvsCsv(items),
    size: Math.max(image.length, PAGE_LENGTH),
    version,
    findings:
      reason === undefined
        ? []
        : [inspectErrors.finding('inspect.csv-not-identical', { reason }, {}, 'warning')],
  };
}

function differenceOf(
  items: Parameters<typeof encodeNvs>[0],
  { image }: NvsContents,
  version: 1 | 2,
): string | undefined {
  try {
    const again = encodeNvs(items, { size: image.length, version }).image;
    if (Buffer.compare(again, image) === 0) return undefined;
    return 'the keys are at other positions, or erased and damaged entries are missing';
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.findings[0].message;
  }
}
