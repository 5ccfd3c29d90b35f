import * as nodeCrypto from 'node:crypto';
import { verifyErrors } from '../../errors';
import { credentialLocations } from '../checks/attestation';
import type { LevelOutcome } from '../report';
import { idsOf, type Subject } from '../subject';
import { attestationFindings, reasonOf } from './notes';
import type { AttestationNote, MatterStack } from './stack';
import { trustStoreOf } from './trust';

const NOTHING: LevelOutcome = { checked: [], findings: [] };

/** Whether matter.js can parse each credential with the profile of its kind. */
export function checkReadable(subject: Subject, { protocol }: MatterStack): LevelOutcome {
  const { dac, pai, cd } = subject.device;
  const locations = credentialLocations(subject);
  const readers = [
    ['DAC', 'dac-cert', dac?.der, locations.dac, (der: Uint8Array) => protocol.Dac.fromAsn1(der)],
    ['PAI', 'pai-cert', pai?.der, locations.pai, (der: Uint8Array) => protocol.Pai.fromAsn1(der)],
    [
      'Certification Declaration',
      'cert-dclrn',
      cd?.der,
      locations.cd,
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
export async function checkAttestationProcedure(
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
      declaration: new Uint8Array(cd.der),
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
        dac: new Uint8Array(dac.der),
        pai: new Uint8Array(pai.der),
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
