/** What VS Code and other editors with its language service for JSON offer in a factory.config.json, at "|". */
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { configJsonSchema } from './config-schema';

const service = getLanguageService({});
service.configure({
  schemas: [{ uri: 'schema://factory', fileMatch: ['*.json'], schema: configJsonSchema() }],
});

const DEVICE = '"deviceInstanceInfo": { "vendorId": "0xFFF1", "productId": "0x8000" }';

function open(marked: string) {
  const document = TextDocument.create(
    'file:///factory.config.json',
    'json',
    1,
    marked.replace('¦', DEVICE).replace('|', ''),
  );
  const cursor = document.positionAt(marked.replace('¦', DEVICE).indexOf('|'));
  return { document, cursor, json: service.parseJSONDocument(document) };
}

async function completionsOf(marked: string) {
  const { document, cursor, json } = open(marked);
  return (await service.doComplete(document, cursor, json))?.items ?? [];
}

async function labelsAt(marked: string): Promise<string[]> {
  return (await completionsOf(marked)).map(({ label }) => label);
}

/** What is inserted, in one line; typing continues at "<>", and replaces the text in it. */
async function insertedAt(marked: string, label: string): Promise<string | undefined> {
  const item = (await completionsOf(marked)).find((one) => one.label === label);
  return item?.insertText
    ?.replace(/\s+/g, ' ')
    .replaceAll('\\', '')
    .replace(/\$\{1:([^}]*)\}|\$1/, '<$1>');
}

async function problemsOf(marked: string): Promise<string[]> {
  const { document, json } = open(marked);
  return (await service.doValidation(document, json)).map(({ message }) => String(message));
}

async function hoverAt(marked: string): Promise<string> {
  const { document, cursor, json } = open(marked);
  const hover = await service.doHover(document, cursor, json);
  return [hover?.contents].flat().map(String).join('').replaceAll('\\', '');
}

const SECTIONS = [
  ...['chip', 'deviceInstanceInfo', 'commissioning', 'attestation', 'deviceInfo', 'nvs', 'partition'],
  ...['encryption', 'flashEncryption', 'firmware', 'storage', 'output'],
];
const REFERENCES = ['{"file":path}', '{"env":NAME}'];
const INTEGER_TYPES = ['"u8"', '"i8"', '"u16"', '"i16"', '"u32"', '"i32"', '"u64"', '"i64"'];

describe('an editor offers, and nothing else,', () => {
  it.each<[string, string[]]>([
    ['{ | }', ['$schema', 'extends', ...SECTIONS]],
    ['{ ¦, | }', ['$schema', 'extends', ...SECTIONS.filter((name) => name !== 'deviceInstanceInfo')]],
    ['{ "deviceInstanceInfo": { "vendorId": | } }', ['"0xFFF1"']],
    ['{ "deviceInstanceInfo": { "serialNumber": | } }', ['{"random":true}', ...REFERENCES]],
    ['{ "deviceInstanceInfo": { "serialNumber": { | } } }', ['random', 'file', 'env']],
    [
      '{ "deviceInstanceInfo": { "productFinish": "|" } }',
      ['"other"', '"matte"', '"satin"', '"polished"', '"rugged"', '"fabric"'],
    ],
    [
      '{ "commissioning": { | } }',
      [
        ...['passcode', 'discriminator', 'iterations', 'salt', 'verifier', 'deviceType'],
        ...['locationCapability', 'flow', 'discovery', 'qrCode', 'nfcTag'],
      ],
    ],
    [
      '{ "commissioning": { "passcode": | } }',
      ['{"random":true}', '20202021', '{"env":"LIGHT_PASSCODE"}', '{"dynamic":true}', ...REFERENCES],
    ],
    ['{ "commissioning": { "flow": | } }', ['"standard"', '"user-intent"', '"custom"', '0', '1', '2']],
    [
      '{ "commissioning": { "discovery": [|] } }',
      ['"soft-ap"', '"ble"', '"on-network"', '"wifi-paf"', '"nfc"', '"thread"'],
    ],
    ['{ "attestation": { | } }', ['dac', 'pai', 'certificationDeclaration', 'trust', 'severity', 'at']],
    ['{ "attestation": { "dac": { | } } }', ['certificate', 'key', 'issue']],
    ['{ "attestation": { "dac": { "key": | } } }', REFERENCES],
    ['{ "attestation": { "dac": { "key": { "file": "a", | } } } }', ['passphrase']],
    ['{ "attestation": { "trust": { "paa": { | } } } }', ['folder', 'digest']],
    ['{ "nvs": { "extra": [{ | }] } }', ['namespace', 'key', 'secret', 'type', 'value']],
    [
      '{ "nvs": { "extra": [{ "type": | }] } }',
      [...INTEGER_TYPES, '"float"', '"double"', '"string"', '"blob"'],
    ],
    [
      '{ "nvs": { "extra": [{ "type": "blob", "value": | }] } }',
      ['{"hex":digits}', '{"base64":text}', ...REFERENCES],
    ],
    ['{ "nvs": { "extra": [{ "type": "string", "value": | }] } }', REFERENCES],
    ['{ "encryption": { "scheme": | } }', ['"none"', '"flash"', '"hmac"']],
    ['{ "encryption": { "scheme": "hmac", | } }', ['key', 'keyId', 'firmwareDerivesKeys']],
    ['{ "encryption": { "scheme": "none", | } }', []],
    [
      '{ "encryption": { "scheme": "flash", "key": | } }',
      ['{"generate":true}', '{"folder":path}', ...REFERENCES],
    ],
    ['{ "storage": { "attestation": | } }', ['"nvs"', '"secure-cert"']],
    ['{ "partition": { "readOnly": | } }', ['false', 'true']],
    ['{ "extends": "a.json", | }', ['$schema', ...SECTIONS]],
    [
      '{ "extends": "a.json", "commissioning": { "discriminator": | } }',
      ['3840', '"0xF00"', '{"random":true}', 'null'],
    ],
    ['{ "extends": "a.json", "encryption": { | } }', ['scheme', 'key', 'keyId', 'firmwareDerivesKeys']],
  ])('%s', async (marked, labels) => {
    expect((await labelsAt(marked)).sort()).toEqual([...labels].sort());
  });
});

describe('an editor inserts', () => {
  it.each([
    ['{ | }', 'deviceInstanceInfo', '"deviceInstanceInfo": {<>}'],
    ['{ "deviceInstanceInfo": { | } }', 'vendorId', '"vendorId": "<0xFFF1>"'],
    ['{ "deviceInstanceInfo": { | } }', 'vendorName', '"vendorName": "<>"'],
    ['{ "deviceInstanceInfo": { "serialNumber": | } }', '{"file":path}', '{ "file": "<>" }'],
    ['{ "deviceInstanceInfo": { "serialNumber": | } }', '{"random":true}', '{ "random": true }'],
    ['{ "commissioning": { | } }', 'iterations', '"iterations": <10000>'],
    ['{ "attestation": { "dac": { | } } }', 'key', '"key": { "file": "<>" }'],
    ['{ "encryption": { "scheme": "hmac", | } }', 'keyId', '"keyId": <0>'],
    ['{ "extends": "a.json", | }', 'commissioning', '"commissioning": {<>}'],
    ['{ "extends": "a.json", "attestation": { "dac": { | } } }', 'key', '"key": { "file": "<>" }'],
    ['{ "extends": "a.json", "encryption": { | } }', 'keyId', '"keyId": <0>'],
  ])('in %s for %s: %s', async (marked, label, inserted) => {
    expect(await insertedAt(marked, label)).toBe(inserted);
  });
});

it.each([
  '{ | }',
  '{ "deviceInstanceInfo": { | } }',
  '{ "deviceInstanceInfo": { "serialNumber": | } }',
  '{ "commissioning": { "passcode": { | } } }',
  '{ "attestation": { "dac": { | } } }',
  '{ "nvs": { "extra": [{ | }] } }',
  '{ "nvs": { "extra": [{ "value": { | } }] } }',
  '{ "encryption": { "scheme": "flash", "key": { | } } }',
  '{ "storage": { "secureCert": { | } } }',
  '{ "extends": "a.json", "deviceInfo": { | } }',
])('an editor explains everything that it offers in %s', async (marked) => {
  const items = await completionsOf(marked);
  expect(items.length).toBeGreaterThan(0);
  expect(items.filter(({ documentation }) => documentation === undefined || documentation === '')).toEqual(
    [],
  );
});

describe('hovering explains', () => {
  it.each([
    ['{ "|chip": "esp32" }', "The target chip; that of the firmware's sdkconfig if it is not given."],
    [
      '{ "deviceInstanceInfo": { "|vendorId": "0xFFF1" } }',
      'The vendor id: 0x0001 to 0xFFF0 as assigned by the CSA, 0xFFF1 to 0xFFF4 for tests.',
    ],
    ['{ "deviceInstanceInfo": { "serialNumber": { "r|andom": true } } }', 'Generated anew for every image.'],
    [
      '{ "commissioning": { "salt": { "e|nv": "SALT" } } }',
      'Name of an environment variable that holds the value.',
    ],
    [
      '{ "encryption": { "|scheme": "flash" } }',
      'The keys are in the nvs_keys partition, under flash encryption.',
    ],
    ['{ "extends": "a.json", "|partition": {} }', 'The partition that holds the data.'],
    [
      '{ "extends": "a.json", "commissioning": { "|iterations": null } }',
      'PBKDF2 iterations of the verifier, 1000 to 100000.',
    ],
  ])('%s', async (marked, text) => {
    expect(await hoverAt(marked)).toBe(text);
  });
});

describe('an editor reports', () => {
  const references = '{"file": path} or {"env": NAME}';
  it.each<[string, string[]]>([
    ['{}', ['Missing property "deviceInstanceInfo".']],
    ['{ "deviceInstanceInfo": {} }', ['Missing property "vendorId".', 'Missing property "productId".']],
    ['{ ¦, "chips": "esp32" }', ['Property chips is not allowed.']],
    ['{ ¦, "commissioning": 5 }', ['Incorrect type. Expected "object".']],
    [
      '{ "deviceInstanceInfo": { "vendorId": "FFF1", "productId": 70000 } }',
      ['Expected a whole number of 1 to 65524 or "0x..." in quotes.', 'Value is above the maximum of 65535.'],
    ],
    [
      '{ "deviceInstanceInfo": { "vendorId": 1, "productId": 2, "vendorName": 5 } }',
      [`Expected text of at most 32 bytes, ${references}.`],
    ],
    [
      '{ "deviceInstanceInfo": { "vendorId": 1, "productId": 2, "serialNumber": {} } }',
      [`Expected text of at most 32 bytes, {"random": true}, ${references}.`],
    ],
    [
      '{ "deviceInstanceInfo": { "vendorId": 1, "productId": 2, "serialNumber": { "file": "a", "env": "B" } } }',
      ['Property env is not allowed.'],
    ],
    [
      '{ "deviceInstanceInfo": { "vendorId": 1, "productId": 2, "productUrl": "example.com" } }',
      ['Expected a URL with its scheme, such as https://example.com/light.'],
    ],
    [
      '{ ¦, "commissioning": { "passcode": { "env": "9A" } } }',
      ['Expected the name of an environment variable: letters, digits and _, no digit first.'],
    ],
    [
      '{ ¦, "commissioning": { "flow": "never" } }',
      ['Value is not accepted. Valid values: "standard", "user-intent", "custom", 0, 1, 2.'],
    ],
    [
      '{ ¦, "attestation": { "dac": { "certificate": "dac.pem", "key": { "file": "k" } } } }',
      [`Expected PEM text, ${references}.`],
    ],
    ['{ ¦, "attestation": { "dac": { "certificate": { "file": "a" } } } }', ['Missing property "key".']],
    [
      '{ ¦, "attestation": { "at": "yesterday" } }',
      ['Expected a UTC date like 2025-04-16 or 2025-04-16T12:00:00Z.'],
    ],
    [
      '{ ¦, "nvs": { "extra": [{ "namespace": "a", "key": "k", "type": "f16", "value": 3 }] } }',
      [
        'Expected one of "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "float", "double", "string", "blob".',
      ],
    ],
    [
      '{ ¦, "nvs": { "extra": [{ "namespace": "a", "key": "k", "type": "u8", "value": 300 }] } }',
      ['Value is above the maximum of 255.'],
    ],
    [
      '{ ¦, "nvs": { "extra": [{ "namespace": "a", "key": "k", "type": "blob", "value": { "hex": "0" } }] } }',
      ['Expected hexadecimal digits.'],
    ],
    ['{ ¦, "encryption": { "scheme": "hmac" } }', ['Missing property "keyId".']],
    ['{ ¦, "encryption": { "scheme": "flash", "keyId": 1 } }', ['Property keyId is not allowed.']],
    ['{ ¦, "partition": { "size": 5000 } }', ['Value is not divisible by 4096.']],
    ['{ "extends": "a.json", "commissioning": { "passcod": 1 } }', ['Property passcod is not allowed.']],
    [
      '{ "extends": "a.json", "commissioning": { "iterations": "many", "salt": null } }',
      ['Expected a whole number of 1000 to 100000 or "0x..." in quotes.'],
    ],
    ['{ "extends": "a.json", "encryption": { "scheme": "none", "key": null } }', []],
    ['{ ¦ }', []],
  ])('in %s: %s', async (marked, problems) => {
    expect(await problemsOf(marked)).toEqual(problems);
  });
});
