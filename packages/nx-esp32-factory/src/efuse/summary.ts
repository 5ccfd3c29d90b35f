/** What `espefuse summary --format json` of esptool 4 and 5 tells about key blocks; never their values. */
import { efuseErrors } from '../errors/efuse';

export interface EfuseBlock {
  /** The n of BLOCK_KEYn. */
  readonly block: number;
  /** Readable, and zero throughout: as it left the factory. */
  readonly isEmpty: boolean;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  /** As espefuse names it; "USER" until one is burned. */
  readonly purpose: string;
  readonly isPurposeWritable: boolean;
}

export interface EfuseSummary {
  /** Six lower-case bytes with colons. */
  readonly mac: string;
  /** Whether blocks can still be read-protected: secure boot takes that away. */
  readonly canReadProtect: boolean;
  readonly secureBoot: boolean;
  readonly blocks: readonly EfuseBlock[];
}

interface Field {
  readonly value?: unknown;
  readonly readable?: unknown;
  readonly writeable?: unknown;
}

/** Reads the output of espefuse, banner lines and all. Errors: efuse.summary-unreadable. */
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
        // An object is no value, and may not even have a text.
        return [[name, { value: typeof value === 'object' ? undefined : value, readable, writeable }]];
      });
      return new Map(fields);
    }
  } catch {
    // Said below, without a word of the output: it may hold a key.
  }
  throw efuseErrors.error('efuse.summary-unreadable', { what: 'anything that can be read' });
}
