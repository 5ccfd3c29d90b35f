/** flasher_args.json of a build: what "idf.py flash" writes (ESP-IDF, components/esptool_py/flasher_args.json.in). */
import * as z from 'zod/mini';

export interface BuiltFile {
  /** Byte offset in flash. */
  readonly address: number;
  /** Path from the folder of the build. */
  readonly file: string;
  /** The name of its section, such as "bootloader", "partition-table", "app", "otadata". */
  readonly name: string | undefined;
  /** Whether "idf.py encrypted-flash" has the device encrypt it; undefined if the version of ESP-IDF does not say. */
  readonly isEncrypted: boolean | undefined;
}

export interface FlasherArgs {
  readonly files: readonly BuiltFile[];
  readonly chip: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly noStub: boolean;
}

const address = z.string().check(z.regex(/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i));
const file = z.string().check(z.minLength(1));

const section = z.object({
  offset: address,
  file,
  // ESP-IDF writes it as text.
  encrypted: z.optional(z.union([z.boolean(), z.literal(['true', 'false', 'TRUE', 'FALSE'])])),
});

const schema = z.looseObject({
  flash_files: z.record(address, file),
  extra_esptool_args: z.optional(
    z.object({
      chip: z.optional(z.string()),
      before: z.optional(z.string()),
      after: z.optional(z.string()),
      stub: z.optional(z.boolean()),
    }),
  ),
});

/** The content of a flasher_args.json, or its first problem. */
export function parseFlasherArgs(
  text: string,
): { readonly args: FlasherArgs } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const { data, error } = schema.safeParse(value);
  if (data === undefined) {
    const field = error.issues[0]?.path.map(String).join('.') ?? '';
    return { problem: field === '' ? 'it is not an object' : `"${field}" is missing or malformed` };
  }
  const { flash_files: files, extra_esptool_args: extra, ...rest } = data;
  const sections = Object.entries(rest).flatMap(([name, fields]) => {
    const parsed = section.safeParse(fields);
    return parsed.success ? [{ name, address: Number(parsed.data.offset), ...parsed.data }] : [];
  });
  const built = Object.entries(files).map(([at, path]): BuiltFile => {
    const found = sections.find((one) => one.address === Number(at));
    const encrypted = found?.encrypted;
    const isEncrypted = encrypted === undefined ? undefined : String(encrypted).toLowerCase() === 'true';
    return { address: Number(at), file: path, name: found?.name.replaceAll('_', '-'), isEncrypted };
  });
  const missing = ['partition-table', 'app'].find((name) => !built.some((one) => one.name === name));
  if (missing !== undefined) return { problem: `"${missing}" is not among its files` };
  return {
    args: {
      files: built.sort((a, b) => a.address - b.address),
      chip: extra?.chip,
      before: extra?.before,
      after: extra?.after,
      noStub: extra?.stub === false,
    },
  };
}
