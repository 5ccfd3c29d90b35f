/** The onboarding codes against the image, the config and each other. */
import { CommissioningFlow, decodeNdefUri, FactoryError, type Finding } from 'nvs-core';
import { formatWhere, hex } from 'nvs-core/errors';
import type { Onboarding } from '../../artifacts';
import { verifyErrors } from '../../errors';
import { idsOf, type Subject } from '../subject';

/** One field with its values from two sources; a secret one is compared, but not shown. */
interface Pair {
  readonly field: string;
  readonly code: string;
  readonly path: string;
  readonly value: number | string | undefined;
  readonly other: string;
  readonly otherValue: number | string | undefined;
  readonly secret?: true;
}

/** All differences between the codes and the image, the config and each other. */
export function checkCodes(subject: Subject): Finding[] {
  const { onboarding } = subject;
  if (onboarding === undefined) return [];
  const findings = [...pairsWithImage(subject, onboarding), ...pairsWithConfig(subject, onboarding)].filter(
    ({ value, otherValue }) => value !== undefined && otherValue !== undefined && value !== otherValue,
  );
  return [
    ...onboarding.findings,
    ...serialNumberFindings(subject, onboarding),
    ...nfcTagFindings(subject, onboarding),
    ...findings.map(({ field, code, path, value = 0, other, otherValue = 0, secret }) =>
      verifyErrors.finding(
        'verify.codes-differ',
        {
          field,
          code,
          value: secret === true ? '' : shown(value),
          other,
          otherValue: secret === true ? '' : shown(otherValue),
        },
        { file: onboarding.file, field: path },
      ),
    ),
  ];
}

function pairsWithImage(subject: Subject, { qr, manual, passcode, discriminator }: Onboarding): Pair[] {
  const { commissioning } = subject.device;
  const { vendorId, productId } = shownIds(subject);
  const image = commissioning.discriminator;
  const qrCode = { code: 'QR code', path: 'qrCode', other: 'image' };
  const manualCode = { code: 'manual code', path: 'manualCode' };
  return [
    { ...qrCode, field: 'discriminator', value: qr?.discriminator, otherValue: image },
    { ...qrCode, field: 'vendor id', value: qr?.vendorId, otherValue: vendorId },
    { ...qrCode, field: 'product id', value: qr?.productId, otherValue: productId },
    {
      ...qrCode,
      field: 'serial number',
      value: qr?.serialNumber,
      otherValue: subject.device.info.serialNumber,
    },
    {
      ...manualCode,
      other: 'image',
      field: 'discriminator (its upper four bits)',
      value: manual?.shortDiscriminator,
      otherValue: image === undefined ? undefined : image >> 8,
    },
    { ...manualCode, other: 'image', field: 'vendor id', value: manual?.vendorId, otherValue: vendorId },
    { ...manualCode, other: 'image', field: 'product id', value: manual?.productId, otherValue: productId },
    {
      ...manualCode,
      other: 'QR code',
      field: 'passcode',
      value: manual?.passcode,
      otherValue: qr?.passcode,
      secret: true,
    },
    {
      ...manualCode,
      other: 'QR code',
      field: 'length (it has the ids in all flows except the standard one)',
      value: manual === undefined ? undefined : Number(manual.vendorId !== undefined),
      otherValue: qr === undefined ? undefined : Number(qr.flow !== CommissioningFlow.standard),
    },
    {
      code: 'passcode field',
      path: 'passcode',
      other: 'QR code',
      field: 'passcode',
      value: passcode,
      otherValue: qr?.passcode,
      secret: true,
    },
    {
      code: 'discriminator field',
      path: 'discriminator',
      other: 'QR code',
      field: 'discriminator',
      value: discriminator,
      otherValue: qr?.discriminator,
    },
  ];
}

function pairsWithConfig({ inputs, passcode: given }: Subject, { qr }: Onboarding): Pair[] {
  const qrCode = { code: 'QR code', path: 'qrCode' };
  const { commissioning } = inputs?.config ?? {};
  const configured = commissioning?.passcode;
  const config = `config${inputs === undefined ? '' : ` (${formatWhere(inputs.loaded.where(['commissioning']))})`}`;
  return [
    {
      ...qrCode,
      other: '--passcode-from option',
      field: 'passcode',
      value: qr?.passcode,
      otherValue: given,
      secret: true,
    },
    {
      ...qrCode,
      other: config,
      field: 'passcode',
      value: qr?.passcode,
      otherValue: typeof configured === 'number' ? configured : undefined,
      secret: true,
    },
    {
      ...qrCode,
      other: config,
      field: 'commissioning flow',
      value: qr?.flow,
      otherValue: commissioning?.flow,
    },
    {
      ...qrCode,
      other: config,
      field: 'discovery mask',
      value: qr?.discovery,
      otherValue: commissioning?.discovery,
    },
  ];
}

/** Whether the QR code has a serial number, as the config says. */
function serialNumberFindings({ inputs }: Subject, { qr, file }: Onboarding): Finding[] {
  const expected = inputs?.config.commissioning.qrCode.serialNumber;
  if (qr === undefined || expected === undefined || expected === (qr.serialNumber !== undefined)) return [];
  return [verifyErrors.finding('verify.qr-code-serial-number', { expected }, { file, field: 'qrCode' })];
}

/** The content of the NFC tag is the QR code, and it is there if the config says so. */
function nfcTagFindings({ nfcTag, inputs }: Subject, { qrCode, file }: Onboarding): Finding[] {
  const differs = (reason: string, at: string) => [
    verifyErrors.finding('verify.nfc-tag-differs', { reason }, { file: at }),
  ];
  if (nfcTag === undefined) {
    const isExpected = inputs?.config.commissioning.nfcTag === true;
    return isExpected ? differs('it is missing, but commissioning.nfcTag is true', file) : [];
  }
  try {
    const uri = decodeNdefUri(nfcTag.bytes);
    return uri === qrCode ? [] : differs(`it holds another text than the QR code of ${file}`, nfcTag.name);
  } catch (error) {
    if (error instanceof FactoryError) return [...error.at({ file: nfcTag.name }).findings];
    throw error;
  }
}

function shown(value: number | string): string {
  return typeof value === 'number' ? hex(value) : `"${value}"`;
}

/** If the firmware provides the ids, a code may leave both out (0). */
function shownIds(subject: Subject): { vendorId: number | undefined; productId: number | undefined } {
  const { qr } = subject.onboarding ?? {};
  const { info } = subject.device;
  const isLeftOut = qr?.vendorId === 0 && qr.productId === 0 && info.vendorId === undefined;
  return isLeftOut ? { vendorId: 0, productId: 0 } : idsOf(subject);
}
