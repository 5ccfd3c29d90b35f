/** The onboarding codes against the image, the config and each other. */
import { CommissioningFlow, type Finding, formatWhere, hex } from 'nvs-core';
import type { Onboarding } from '../../artifacts';
import { verifyErrors } from '../../errors';
import { idsOf, type Subject } from '../subject';

/** One field that two sources say; a secret one is compared, and not shown. */
interface Pair {
  readonly field: string;
  readonly code: string;
  readonly place: string;
  readonly says: number | undefined;
  readonly other: string;
  readonly has: number | undefined;
  readonly secret?: true;
}

/** Everything in which the codes disagree with what they stand for. */
export function checkCodes(subject: Subject): Finding[] {
  const { onboarding } = subject;
  if (onboarding === undefined) return [];
  const findings = [...againstImage(subject, onboarding), ...againstConfig(subject, onboarding)].filter(
    ({ says, has }) => says !== undefined && has !== undefined && says !== has,
  );
  return [
    ...onboarding.findings,
    ...findings.map(({ field, code, place, says = 0, other, has = 0, secret }) =>
      verifyErrors.finding(
        'verify.codes-differ',
        {
          field,
          code,
          says: secret === true ? '' : hex(says),
          other,
          has: secret === true ? '' : hex(has),
        },
        { file: onboarding.file, field: place },
      ),
    ),
  ];
}

function againstImage(subject: Subject, { qr, manual, passcode, discriminator }: Onboarding): Pair[] {
  const { commissioning } = subject.device;
  const { vendorId, productId } = shownIds(subject);
  const image = commissioning.discriminator;
  const qrCode = { code: 'QR code', place: 'qrCode', other: 'image' };
  const manualCode = { code: 'manual code', place: 'manualCode' };
  return [
    { ...qrCode, field: 'discriminator', says: qr?.discriminator, has: image },
    { ...qrCode, field: 'vendor id', says: qr?.vendorId, has: vendorId },
    { ...qrCode, field: 'product id', says: qr?.productId, has: productId },
    {
      ...manualCode,
      other: 'image',
      field: 'discriminator (its upper four bits)',
      says: manual?.shortDiscriminator,
      has: image === undefined ? undefined : image >> 8,
    },
    { ...manualCode, other: 'image', field: 'vendor id', says: manual?.vendorId, has: vendorId },
    { ...manualCode, other: 'image', field: 'product id', says: manual?.productId, has: productId },
    {
      ...manualCode,
      other: 'QR code',
      field: 'passcode',
      says: manual?.passcode,
      has: qr?.passcode,
      secret: true,
    },
    {
      ...manualCode,
      other: 'QR code',
      field: 'length (ids stand in it for every flow but the standard one)',
      says: manual === undefined ? undefined : Number(manual.vendorId !== undefined),
      has: qr === undefined ? undefined : Number(qr.flow !== CommissioningFlow.standard),
    },
    {
      code: 'passcode field',
      place: 'passcode',
      other: 'QR code',
      field: 'passcode',
      says: passcode,
      has: qr?.passcode,
      secret: true,
    },
    {
      code: 'discriminator field',
      place: 'discriminator',
      other: 'QR code',
      field: 'discriminator',
      says: discriminator,
      has: qr?.discriminator,
    },
  ];
}

function againstConfig({ inputs, passcode: given }: Subject, { qr }: Onboarding): Pair[] {
  const qrCode = { code: 'QR code', place: 'qrCode' };
  const { commissioning } = inputs?.config ?? {};
  const configured = commissioning?.passcode;
  const config = `config${inputs === undefined ? '' : ` (${formatWhere(inputs.loaded.where(['commissioning']))})`}`;
  return [
    {
      ...qrCode,
      other: '--passcode-from option',
      field: 'passcode',
      says: qr?.passcode,
      has: given,
      secret: true,
    },
    {
      ...qrCode,
      other: config,
      field: 'passcode',
      says: qr?.passcode,
      has: typeof configured === 'number' ? configured : undefined,
      secret: true,
    },
    { ...qrCode, other: config, field: 'commissioning flow', says: qr?.flow, has: commissioning?.flow },
    { ...qrCode, other: config, field: 'discovery mask', says: qr?.discovery, has: commissioning?.discovery },
  ];
}

/** A code of a device whose ids the firmware says may leave both out (0). */
function shownIds(subject: Subject): { vendorId: number | undefined; productId: number | undefined } {
  const { qr } = subject.onboarding ?? {};
  const { info } = subject.device;
  const isLeftOut = qr?.vendorId === 0 && qr.productId === 0 && info.vendorId === undefined;
  return isLeftOut ? { vendorId: 0, productId: 0 } : idsOf(subject);
}
