/** Attestation and PASE offline, by the code of matter.js: an implementation that knows nothing of this one. */
import * as nodeCrypto from 'node:crypto';
import type { Finding } from 'nvs-core';
import { verifyErrors } from '../errors';
import { credentialPlaces } from './checks/attestation';
import { attestationFindings, reasonOf } from './matter/notes';
import type { AttestationNote, MatterStack } from './matter/stack';
import { trustStoreOf } from './matter/trust';
import type { LevelOutcome } from './report';
import { idsOf, passcodeOf, type Subject } from './subject';

/** Codes, verifier, key exchange, certificates and the device attestation procedure, each as far as it is there. */
export async function runLevel2(subject: Subject, stack: MatterStack): Promise<LevelOutcome> {
  const parts = [
    checkCodecs(subject, stack),
    await checkPase(subject, stack),
    checkReadable(subject, stack),
    await checkAttestationProcedure(subject, stack),
  ];
  return {
    checked: [...parts.flatMap(({ checked }) => checked), `matter.js ${stack.version}`],
    findings: parts.flatMap(({ findings }) => findings),
  };
}

const NOTHING: LevelOutcome = { checked: [], findings: [] };

/** What matter.js reads from the codes is what we wrote into them. */
function checkCodecs({ onboarding }: Subject, { types }: MatterStack): LevelOutcome {
  if (onboarding === undefined) return NOTHING;
  const { qrCode, qr, manualCode, manual, file } = onboarding;
  const findings: Finding[] = [];
  const compare = (code: string, place: string, fields: Readonly<Record<string, readonly unknown[]>>) => {
    for (const [field, [theirs, ours]] of Object.entries(fields)) {
      if (ours === undefined || theirs === ours) continue;
      findings.push(verifyErrors.finding('verify.codec-differs', { code, field }, { file, field: place }));
    }
  };
  const attempt = (place: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      const params = { reason: `matter.js: ${reasonOf(error)}` };
      findings.push(verifyErrors.finding('verify.codes-unreadable', params, { file, field: place }));
    }
  };
  if (qrCode !== undefined) {
    attempt('qrCode', () => {
      const [theirs] = types.QrPairingCodeCodec.decode(qrCode);
      compare('QR code', 'qrCode', {
        discriminator: [theirs?.discriminator, qr?.discriminator],
        passcode: [theirs?.passcode, qr?.passcode],
        'vendor id': [theirs?.vendorId, qr?.vendorId],
        'product id': [theirs?.productId, qr?.productId],
      });
    });
  }
  if (manualCode !== undefined) {
    attempt('manualCode', () => {
      const theirs = types.ManualPairingCodeCodec.decode(manualCode);
      compare('manual code', 'manualCode', {
        discriminator: [theirs.shortDiscriminator, manual?.shortDiscriminator],
        passcode: [theirs.passcode, manual?.passcode],
        'vendor id': [theirs.vendorId, manual?.vendorId],
        'product id': [theirs.productId, manual?.productId],
      });
    });
  }
  return { checked: ['codes'], findings };
}

/** The verifier as matter.js computes it, and a key exchange of both sides: Matter Core Specification, 3.10. */
async function checkPase(subject: Subject, { general }: MatterStack): Promise<LevelOutcome> {
  const { verifier, salt, iterations } = subject.device.commissionable;
  const known = passcodeOf(subject);
  if (verifier === undefined || salt === undefined || iterations === undefined || known === undefined)
    return NOTHING;
  const { Spake2p } = general;
  const crypto = new general.NodeJsStyleCrypto(nodeCrypto);
  const where = { file: subject.image.name, field: 'verifier' };
  const parameters = { iterations, salt: new Uint8Array(salt) };
  const is = { w0: verifier.slice(0, W0_LENGTH), L: verifier.slice(W0_LENGTH) };
  const findings: Finding[] = [];
  try {
    const wanted = await Spake2p.computeW0L(crypto, parameters, known.passcode);
    const parts = [
      ...(wanted.w0 === numberOf(is.w0) ? [] : ['w0']),
      ...(Buffer.compare(new Uint8Array(wanted.L), is.L) === 0 ? [] : ['L']),
    ];
    if (parts.length > 0) {
      const params = { part: parts.join(' and '), source: known.source, iterations, saltLength: salt.length };
      findings.push(verifyErrors.finding('verify.verifier-differs', params, where));
    }
    // Controller and device, each with what it knows: the one the passcode, the other the verifier.
    const context = new Uint8Array(await crypto.computeHash([crypto.randomBytes(32)]));
    const { w0, w1 } = await Spake2p.computeW0W1(crypto, parameters, known.passcode);
    const controller = Spake2p.create(crypto, context, w0);
    const device = Spake2p.create(crypto, context, numberOf(is.w0));
    const [X, Y] = [controller.computeX(), device.computeY()];
    const theirs = await device.computeSecretAndVerifiersFromX(is.L, X, Y);
    const ours = await controller.computeSecretAndVerifiersFromY(w1, X, Y);
    const isAgreed = (['Ke', 'hAY', 'hBX'] as const).every(
      (name) => Buffer.compare(new Uint8Array(ours[name]), new Uint8Array(theirs[name])) === 0,
    );
    if (!isAgreed) {
      const params = { reason: 'the key confirmations differ' };
      findings.push(verifyErrors.finding('verify.pase-failed', params, where));
    }
  } catch (error) {
    findings.push(verifyErrors.finding('verify.pase-failed', { reason: reasonOf(error) }, where));
  }
  return { checked: ['verifier', 'key exchange'], findings };
}

const W0_LENGTH = 32;

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

/** matter.js parses each credential by the profile of its kind. */
function checkReadable(subject: Subject, { protocol }: MatterStack): LevelOutcome {
  const { dac, pai, cd } = subject.device;
  const places = credentialPlaces(subject);
  const readers = [
    ['DAC', 'dac-cert', dac, places.dac, (der: Uint8Array) => protocol.Dac.fromAsn1(der)],
    ['PAI', 'pai-cert', pai, places.pai, (der: Uint8Array) => protocol.Pai.fromAsn1(der)],
    [
      'Certification Declaration',
      'cert-dclrn',
      cd,
      places.cd,
      (der: Uint8Array) => protocol.CertificationDeclaration.parse(der),
    ],
  ] as const;
  const findings = readers.flatMap(([name, key, der, where, read]) => {
    if (der === undefined) return [];
    try {
      read(new Uint8Array(der));
      return [];
    } catch (error) {
      const params = { subject: name, key, reason: reasonOf(error) };
      return [verifyErrors.finding('verify.credential-refused', params, where)];
    }
  });
  return { checked: readers.flatMap(([name, , der]) => (der === undefined ? [] : [name])), findings };
}

/** The device attestation procedure, with a response signed by the key of the image: 6.2.3. */
async function checkAttestationProcedure(
  subject: Subject,
  { general, protocol }: MatterStack,
): Promise<LevelOutcome> {
  const { dac, pai, cd, dacKey } = subject.device;
  const { vendorId, productId } = idsOf(subject);
  if (dac === undefined || pai === undefined || cd === undefined || dacKey === undefined) return NOTHING;
  if (vendorId === undefined || productId === undefined || subject.paas === undefined) return NOTHING;
  const crypto = new general.NodeJsStyleCrypto(nodeCrypto);
  const [attestationNonce, attestationChallenge] = [crypto.randomBytes(32), crypto.randomBytes(16)];
  let notes: readonly AttestationNote[];
  try {
    const attestationElements = protocol.TlvAttestation.encode({
      declaration: new Uint8Array(cd),
      attestationNonce,
      timestamp: 0,
    });
    const { bytes: attestationSignature } = await crypto.signEcdsa(general.PrivateKey(dacKey.raw), [
      attestationElements,
      attestationChallenge,
    ]);
    const result = await protocol.DeviceAttestationValidator.validate(
      { crypto, dclCertificateService: trustStoreOf(subject.paas, subject.cdSigners), attestationChallenge },
      {
        dac: new Uint8Array(dac),
        pai: new Uint8Array(pai),
        attestationElements,
        attestationSignature,
        attestationNonce,
        vendorId,
        productId,
      },
    );
    notes = result.findings;
  } catch (error) {
    const type = error instanceof protocol.DeviceAttestationError ? error.failure : 'ValidationError';
    notes = [{ level: 'error', type, message: reasonOf(error) }];
  }
  return { checked: ['attestation'], findings: attestationFindings(notes, subject) };
}
