import { join } from 'node:path';
import { formatNvsCsv } from 'nvs-core';
import {
  codesCsv,
  codesJson,
  codesText,
  EFUSE_COMMANDS_FILE,
  efuseCommands,
  type FactoryImage,
  keyFilesOf,
} from '../device';
import type { OutputFile } from '../files';
import { flashFilesOf } from './flash-files';
import { manifestOf } from './manifest';
import { FIXED_NAMES, type OutputNames } from './names';

/** The files of one device. The keys come first and the manifest last: it speaks of files that are there. */
export function outputsOf(made: FactoryImage, folder: string, names: OutputNames): OutputFile[] {
  return [
    ...efuseFiles(made, folder),
    ...flashFilesOf(made, names).map(({ file, data }) => secret(folder, file, data)),
    ...codeFiles(made, folder, names),
    manifestFile(made, folder, names),
  ];
}

/** The files of one device without its image: the data as a CSV in its place. */
export function outputsWithoutImage(made: FactoryImage, folder: string, names: OutputNames): OutputFile[] {
  return [
    ...efuseFiles(made, folder),
    ...flashFilesOf(made, names)
      .filter(({ kind }) => kind === 'secure-cert')
      .map(({ file, data }) => secret(folder, file, data)),
    secret(folder, FIXED_NAMES.csv, formatNvsCsv(made.items)),
    ...codeFiles(made, folder, names),
  ];
}

/** Keys that have to be burned, where nothing else keeps them, and the commands that burn them. */
function efuseFiles({ chip, efuseKeys }: FactoryImage, folder: string): OutputFile[] {
  if (chip === undefined || efuseKeys.length === 0) return [];
  const commands = efuseCommands(chip, efuseKeys, folder);
  return [
    ...keyFilesOf(efuseKeys).map(({ name, data }) => secret(folder, name, data)),
    { path: join(folder, EFUSE_COMMANDS_FILE), data: commands, secret: false },
  ];
}

function codeFiles({ codes }: FactoryImage, folder: string, names: OutputNames): OutputFile[] {
  if (codes === undefined) return [];
  return [
    ...(names.codesCsv === undefined ? [] : [secret(folder, names.codesCsv, codesCsv(codes))]),
    secret(folder, FIXED_NAMES.codesText, codesText(codes)),
    secret(folder, FIXED_NAMES.codesJson, codesJson(codes)),
    secret(folder, FIXED_NAMES.qrCodeSvg, codes.picture.svg()),
    secret(folder, FIXED_NAMES.qrCodePng, codes.picture.png()),
  ];
}

function manifestFile(made: FactoryImage, folder: string, names: OutputNames): OutputFile {
  const text = `${JSON.stringify(manifestOf(made, names), null, 2)}\n`;
  return { path: join(folder, FIXED_NAMES.manifest), data: text, secret: false };
}

function secret(folder: string, name: string, data: Uint8Array | string): OutputFile {
  return { path: join(folder, name), data, secret: true };
}
