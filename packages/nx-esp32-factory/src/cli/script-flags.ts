/**
 * The flags of the Matter SDK's generate_esp32_chip_factory_bin.py as a config: docs/platforms/esp32/factory_data.md
 * of that SDK. Where its documentation and its behaviour differ, the documentation is followed: -dm 1 is BLE.
 */
import { FACTORY_FIELDS, type FactoryField, type FieldKind } from 'nvs-core';
import { descriptionOf } from '../config';
import { cliErrors } from '../errors';
import type { Arguments, Option } from './command';
import { choiceOf, exclude, numberOf } from './values';

/** A flag that sets one field of the config, or overrides it if there is a config file. */
interface FieldFlag extends Option {
  readonly path: readonly [string, string];
  readonly override?: string;
  readonly number?: boolean;
  /** Of a choice, by their numbers, which may be given too. */
  readonly names?: readonly string[];
}

/** The placeholder of a value in the help. */
const VALUES: Readonly<Record<FieldKind['type'], string>> = {
  text: 'TEXT',
  number: 'N',
  bytes: 'HEX',
  base64: 'BASE64',
  der: 'FILE',
  choice: 'NAME',
  choices: 'NAME',
};

function flagsOf(row: FactoryField): FieldFlag[] {
  const { section, name, kind, secret, flag } = row;
  if (flag === undefined) return [];
  const names = kind.type === 'choices' || kind.type === 'choice' ? `: ${kind.names.join(' ')}` : '';
  const description = descriptionOf(row).replace(/^The /, '').replace(/\.$/, names);
  return [
    {
      value: VALUES[kind.type],
      ...flag,
      description: description.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()),
      path: [section, name],
      ...(secret === true ? {} : { override: name }),
      number: kind.type === 'number',
      list: kind.type === 'choices',
      ...(kind.type === 'choice' ? { names: kind.names } : {}),
    },
  ];
}

const FIELD_FLAGS: readonly FieldFlag[] = [
  ...FACTORY_FIELDS.flatMap(flagsOf),
  {
    name: 'size',
    aliases: ['-s'],
    value: 'N',
    description: 'size of the partition in bytes (default 0x6000)',
    path: ['partition', 'size'],
    override: 'partitionSize',
    number: true,
  },
  {
    name: 'attestation-severity',
    value: 'auto|error|warning',
    description:
      'what a finding of the attestation checks is; auto: an error in production, a warning in development',
    path: ['attestation', 'severity'],
    override: 'attestationSeverity',
  },
];

/** Flags whose value is put together; `field` is where errors of it arise. */
const OTHER_FLAGS: readonly (Option & { readonly field: string })[] = [
  {
    name: 'passcode',
    aliases: ['-p'],
    value: 'N|env:NAME|file:PATH',
    description:
      'passcode, 1 to 99999998; better by reference than on the command line. Without it the firmware makes its own',
    field: 'commissioning.passcode',
  },
  {
    name: 'dac-cert',
    value: 'FILE',
    description: 'Device Attestation Certificate, DER or PEM',
    field: 'attestation.dac.certificate',
  },
  {
    name: 'dac-key',
    value: 'FILE',
    description: 'its private key, DER or PEM',
    field: 'attestation.dac.key',
  },
  {
    name: 'pai-cert',
    value: 'FILE',
    description: 'Product Attestation Intermediate certificate, DER or PEM',
    field: 'attestation.pai.certificate',
  },
  {
    name: 'cd',
    aliases: ['-cd', '--cert-dclrn'],
    value: 'FILE',
    description: 'Certification Declaration, DER or PEM',
    field: 'attestation.certificationDeclaration',
  },
  {
    name: 'paa-dir',
    value: 'FOLDER',
    description: 'folder of trusted root certificates (PAA), to check the chain against',
    field: 'attestation.trust.paa',
  },
  {
    name: 'cd-signers',
    value: 'FOLDER',
    description:
      "folder of certificates of keys of your own that may sign Certification Declarations (the SDK's commissioners do not know them)",
    field: 'attestation.trust.cdSigners',
  },
  {
    name: 'revocation-set',
    value: 'FILE',
    description: "revoked certificates: JSON of the Matter SDK's generate_revocation_set.py",
    field: 'attestation.trust.revocationSet',
  },
  {
    name: 'locales',
    value: 'TAG',
    list: true,
    description: 'languages as BCP 47 tags, such as en-US',
    field: 'deviceInfo.locales',
  },
  {
    name: 'fixed-labels',
    value: 'EP/LABEL/VALUE',
    list: true,
    description: 'labels of endpoints, such as 0/orientation/up; the endpoint is a number (10, or 0xA)',
    field: 'deviceInfo.fixedLabels',
  },
  {
    name: 'supported-modes',
    value: 'MODE/LABEL/EP/TAGS',
    list: true,
    description: String.raw`modes of endpoints with their semantic tags, such as 0/dim/1/"1\0x8000, 2\0x8001"`,
    field: 'deviceInfo.supportedModes',
  },
  { name: 'encrypt', aliases: ['-e'], description: 'encrypt the image with a new key', field: 'encryption' },
  {
    name: 'commissioning-flow',
    aliases: ['-cf'],
    value: '0|1|2',
    description: '0 standard (default), 1 user intent, 2 custom',
    field: 'commissioning.flow',
  },
  {
    name: 'discovery-mode',
    aliases: ['-dm'],
    value: '0|1|2|NAMES',
    description:
      '0 Wi-Fi SoftAP, 1 BLE (default), 2 on-network; or names with commas, such as ble,on-network',
    field: 'commissioning.discovery',
  },
  {
    name: 'enable-dynamic-passcode',
    hidden: true,
    description: 'the firmware makes its own passcode',
    field: 'commissioning.passcode',
  },
  {
    name: 'enable-rotating-device-id',
    hidden: true,
    description: 'generate --rd-id-uid if it is not given',
    field: 'deviceInstanceInfo.rotatingDeviceIdUniqueId',
  },
  { name: 'target', value: 'CHIP', description: 'target chip, such as esp32c3', field: 'chip' },
];

/** As in the help of the script. */
const DEFAULT_KEY_ID = 1;

const SECURE_CERT_FLAGS: readonly (Option & { readonly field: string })[] = [
  {
    name: 'dac-in-secure-cert',
    description: 'store DAC, PAI and key in the esp_secure_cert partition, not in NVS',
    field: 'storage.attestation',
  },
  {
    name: 'ds-peripheral',
    aliases: ['-ds'],
    description: 'keep the key in an eFuse block, for the ECDSA peripheral',
    field: 'storage.ecdsaPeripheral',
  },
  {
    name: 'efuse-key-id',
    value: 'N',
    description: 'eFuse block of that key, 0 to 5 (default: 1)',
    field: 'storage.ecdsaPeripheral.keyId',
  },
];

/** Every flag of the script that affects the image. */
export const SCRIPT_FLAGS: readonly Option[] = [...FIELD_FLAGS, ...OTHER_FLAGS, ...SECURE_CERT_FLAGS];

/** Which flag gives which field, for the errors of the config. */
export const FLAG_OF_FIELD: ReadonlyMap<string, string> = new Map([
  ...FIELD_FLAGS.map(({ path, name }) => [path.join('.'), `--${name}`] as const),
  ...[...OTHER_FLAGS, ...SECURE_CERT_FLAGS]
    .filter(({ hidden }) => hidden !== true)
    .map(({ field, name }) => [field, `--${name}`] as const),
]);

/**
 * The options that override fields of a config file; other flags of the script exclude one.
 * Errors: cli.exclusive, cli.number-invalid.
 */
export function overridesOf(args: Arguments): Record<string, unknown> {
  const overrides: Record<string, unknown> = {};
  for (const flag of FIELD_FLAGS) {
    if (!args.flag(flag.name)) continue;
    if (flag.override === undefined) throw exclusive(flag.name);
    overrides[flag.override] = textOf(args, flag);
  }
  const other = [...OTHER_FLAGS, ...SECURE_CERT_FLAGS].find(({ name }) => args.flag(name));
  if (other !== undefined) throw exclusive(other.name);
  return overrides;
}

/**
 * The config equivalent to the flags, as a person would have written it.
 * Errors: cli.required, cli.number-invalid, cli.value-not-allowed.
 */
export function configOfFlags(args: Arguments): Record<string, unknown> {
  if (!args.flag('discriminator')) {
    throw cliErrors.error('cli.required', {
      option: '-d',
      why: 'without a config file the discriminator is given here',
    });
  }
  const config: Record<string, Record<string, unknown>> = {};
  const put = (section: string, field: string, value: unknown) => {
    if (value !== undefined) config[section] = { ...config[section], [field]: value };
  };
  for (const flag of FIELD_FLAGS) {
    put(...flag.path, flag.number === true ? numberOf(args, flag.name) : textOf(args, flag));
  }
  exclude(args, 'passcode', 'enable-dynamic-passcode');
  put('commissioning', 'passcode', passcodeOf(args.text('passcode')));
  if (args.flag('enable-rotating-device-id') && !args.flag('rd-id-uid'))
    put('deviceInstanceInfo', 'rotatingDeviceIdUniqueId', { random: true });
  put('commissioning', 'flow', choiceOf(args, 'commissioning-flow', [0, 1, 2]) ?? 0);
  put('commissioning', 'discovery', discoveryOf(args));
  put('attestation', 'dac', keyPairOf(args));
  put('attestation', 'pai', certificateOf(args, 'pai-cert'));
  put('attestation', 'certificationDeclaration', fileOf(args, 'cd'));
  put('attestation', 'trust', trustOf(args));
  put('deviceInfo', 'locales', args.list('locales'));
  put('deviceInfo', 'fixedLabels', args.list('fixed-labels')?.map(fixedLabelOf));
  put('deviceInfo', 'supportedModes', args.list('supported-modes')?.map(supportedModeOf));
  if (args.flag('encrypt')) config.encryption = { scheme: 'flash' };
  const storage = storageOf(args);
  if (storage !== undefined) config.storage = storage;
  return { ...config, ...(args.flag('target') ? { chip: args.text('target') } : {}) };
}

function exclusive(name: string) {
  return cliErrors.error('cli.exclusive', { option: `--${name}`, other: 'a config file' });
}

function textOf(args: Arguments, { name, list, names }: FieldFlag): unknown {
  if (list === true) return args.list(name);
  const text = args.text(name);
  return /^\d{1,3}$/.test(text ?? '') ? (names?.[Number(text)] ?? text) : text;
}

function storageOf(args: Arguments): Record<string, unknown> | undefined {
  const needed = (option: string, name: string, why: string) => {
    if (args.flag(name) && !args.flag(option))
      throw cliErrors.error('cli.required', { option: `--${option}`, why });
  };
  needed('dac-in-secure-cert', 'ds-peripheral', '--ds-peripheral is for a key of that partition');
  needed('ds-peripheral', 'efuse-key-id', '--efuse-key-id is the block of the peripheral that this names');
  if (!args.flag('dac-in-secure-cert')) return undefined;
  const keyId = numberOf(args, 'efuse-key-id') ?? DEFAULT_KEY_ID;
  return {
    attestation: 'secure-cert',
    ...(args.flag('ds-peripheral') ? { ecdsaPeripheral: { keyId } } : {}),
  };
}

/** As in the script, or by the names of the config. */
function discoveryOf(args: Arguments): unknown {
  const text = args.text('discovery-mode');
  if (text !== undefined && /^[a-z]/i.test(text)) return text.split(',');
  return 1 << (choiceOf(args, 'discovery-mode', [0, 1, 2]) ?? 1);
}

function passcodeOf(text: string | undefined): unknown {
  if (text === undefined) return { dynamic: true };
  if (text.startsWith('env:')) return { env: text.slice('env:'.length) };
  if (text.startsWith('file:')) return { file: text.slice('file:'.length) };
  // Digits may have leading zeros here, as on labels. An error must not repeat the text.
  return /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : text;
}

function fileOf(args: Arguments, name: string): { file: string } | undefined {
  const file = args.text(name);
  return file === undefined ? undefined : { file };
}

function certificateOf(args: Arguments, name: string): unknown {
  const certificate = fileOf(args, name);
  return certificate === undefined ? undefined : { certificate };
}

function keyPairOf(args: Arguments): unknown {
  const [certificate, key] = [fileOf(args, 'dac-cert'), fileOf(args, 'dac-key')];
  if (certificate === undefined && key === undefined) return undefined;
  return { ...(certificate === undefined ? {} : { certificate }), ...(key === undefined ? {} : { key }) };
}

function trustOf(args: Arguments): unknown {
  const [paa, cdSigners] = [args.text('paa-dir'), args.text('cd-signers')];
  const revocationSet = fileOf(args, 'revocation-set');
  if (paa === undefined && cdSigners === undefined && revocationSet === undefined) return undefined;
  return {
    ...(paa === undefined ? {} : { paa: { folder: paa } }),
    ...(cdSigners === undefined ? {} : { cdSigners: { folder: cdSigners } }),
    ...(revocationSet === undefined ? {} : { revocationSet }),
  };
}

function fixedLabelOf(text: string): unknown {
  const parts = text.split('/');
  const [endpoint, label, value] = parts;
  if (parts.length !== 3) throw form('--fixed-labels', text, 'ENDPOINT/LABEL/VALUE');
  return { endpoint, label, value };
}

function supportedModeOf(text: string): unknown {
  const parts = text.split('/');
  const [mode, label, endpoint, tags] = parts;
  if (parts.length < 3 || parts.length > 4)
    throw form('--supported-modes', text, String.raw`MODE/LABEL/ENDPOINT/"TAG\MANUFACTURER, ..."`);
  return {
    mode,
    label,
    endpoint,
    ...(tags === undefined ? {} : { semanticTags: tags.split(',').map(semanticTagOf) }),
  };
}

function semanticTagOf(text: string): unknown {
  const parts = text.trim().split('\\');
  const [value, manufacturerCode] = parts;
  if (parts.length !== 2)
    throw form('--supported-modes', text.trim(), String.raw`TAG\MANUFACTURER for each tag`);
  return { value, manufacturerCode };
}

function form(option: string, value: string, allowed: string) {
  return cliErrors.error('cli.value-not-allowed', { option, value, allowed });
}
