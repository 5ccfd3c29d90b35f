/** The state of key blocks in `espefuse summary --format json` of esptool 4 and 5; never their values. */
import { efuseErrors } from '../errors/efuse';

export interface EfuseBlock {
  /** The n of BLOCK_KEYn. */
  readonly block: number;
  /** Readable and all zeros, as delivered. */
  readonly isEmpty: boolean;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  /** The name in espefuse; "USER" until one is burned. */
  readonly purpose: string;
  readonly isPurposeWritable: boolean;
}

export interface EfuseSummary {
  /** Six lower-case bytes with colons. */
  readonly mac: string;
  /** Whether blocks can still be read-protected; not after secure boot is enabled. */
  readonly canReadProtect: boolean;
  readonly secureBoot: boolean;
  /** Whether the device encrypts what esptool writes with --encrypt-files; not in release mode. */
  readonly encryptsDownloads: boolean;
  readonly blocks: readonly EfuseBlock[];
}

interface Field {
  readonly value?: unknown;
  readonly readable?: unknown;
  readonly writeable?: unknown;
}

/** Parses the output of espefuse, including banner lines. Errors: efuse.summary-unreadable. */
export function parseSummary(output: string): EfuseSummary {
  const fields = fieldsOf(output);
  const field = (name: string): Field => {
    const found = fields.get(name);
    if (found === undefined) throw efuseErrors.error('efuse.summary-unreadable', { what: name });
    return found;
  };
  const mac = /^([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i.exec(String(field('MAC').value))?.[1];
  if (mac === undefined) throw efuseErrors.error('efuse.summary-unreadable', { what: 'MAC' });
  return {
    mac: mac.toLowerCase(),
    canReadProtect: field('RD_DIS').writeable === true,
    secureBoot: fields.get('SECURE_BOOT_EN')?.value === true,
    encryptsDownloads: fields.get('DIS_DOWNLOAD_MANUAL_ENCRYPT')?.value !== true,
    blocks: [...fields.keys()].flatMap((name) => {
      const number = /^BLOCK_KEY(\d)$/.exec(name)?.[1];
      return number === undefined ? [] : [blockOf(Number(number), field(name), fields)];
    }),
  };
}

function blockOf(block: number, key: Field, fields: ReadonlyMap<string, Field>): EfuseBlock {
  const purpose = fields.get(`KEY_PURPOSE_${block}`);
  const isReadable = key.readable === true;
  return {
    block,
    isReadable,
    isEmpty: isReadable && /^(00 ?)+$/.test(String(key.value)),
    isWritable: key.writeable === true,
    purpose: String(purpose?.value ?? 'unknown'),
    isPurposeWritable: purpose?.writeable === true,
  };
}

function fieldsOf(output: string): Map<string, Field> {
  const [from, to] = [output.indexOf('{'), output.lastIndexOf('}')];
  try {
    const parsed: unknown = JSON.parse(output.slice(from, to + 1));
    if (typeof parsed === 'object' && parsed !== null) {
      const fields = Object.entries(parsed).flatMap(([name, field]): [string, Field][] => {
        if (typeof field !== 'object' || field === null) return [];
        const { value, readable, writeable } = field as Field;
        // A value is never an object, which might not even convert to text.
        return [[name, { value: typeof value === 'object' ? undefined : value, readable, writeable }]];
      });
      return new Map(fields);
    }
  } catch {
    // Reported below, without the output, which may contain a key.
  }
  throw efuseErrors.error('efuse.summary-unreadable', { what: 'a JSON object' });
}
