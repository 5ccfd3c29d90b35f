/** A DAC issued for one device, if the config asks for it: a new key, certified by the PAI. */
import {
  assertKeyBelongs,
  type Certificate,
  encodePem,
  FactoryError,
  fillCommonName,
  generateKey,
  issueDac,
  keySigner,
  type PrivateKey,
  parsePrivateKey,
  type Signer,
} from 'nvs-core';
import { within } from 'nvs-core/errors';
import type { Path } from '../../config';
import { configErrors } from '../../errors';
import type { DeviceInputs } from '../../inputs';
import type { DeviceContext } from '../context';
import type { Credentials } from './credentials';

export interface IssueContext extends DeviceContext {
  /** The device's serial number, for the common name. */
  readonly serialNumber: string | undefined;
}

const PAI: Path = ['attestation', 'pai'];
const ISSUE: Path = ['attestation', 'dac', 'issue'];
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * The credentials with a DAC issued according to attestation.dac.issue; unchanged if the config gives a DAC.
 * Errors: those of parsePrivateKey, assertKeyBelongs, issueDac and the signer; config.needs.
 */
export async function withIssuedDac(
  { config, loaded }: DeviceInputs,
  credentials: Credentials,
  { random, now, createSigner, serialNumber }: IssueContext,
): Promise<Credentials> {
  const { dac: configured, pai: given } = config.attestation ?? {};
  const { pai } = credentials;
  if (configured === undefined || !('issue' in configured) || given === undefined || pai === undefined)
    return credentials;
  const { commonName, subjectIds, validFrom, validDays } = configured.issue;
  const paiKey = paiKeyOf();
  const dacKey = generateKey(random);
  let isIssued = false;
  try {
    const signer = signerOf(pai, paiKey);
    const { vendorId, productId } = idsOf();
    const names = { vendorId, productId, serialNumber };
    const byDefault = serialNumber === undefined ? 'Matter DAC' : 'Matter DAC {serialNumber}';
    const notBefore = new Date(validFrom ?? Math.floor(now.getTime() / 1000) * 1000);
    const dac = await atPath(ISSUE, async () =>
      issueDac({
        random,
        notBefore,
        ...(validDays === undefined
          ? {}
          : { notAfter: new Date(notBefore.getTime() + validDays * DAY_MILLISECONDS - 1000) }),
        commonName: fillCommonName(commonName ?? byDefault, names),
        idEncoding: subjectIds === 'common-name' ? 'common name' : 'attributes',
        vendorId,
        productId,
        pai: { certificate: pai, signer },
        publicKey: dacKey,
      }),
    );
    const issuedDacPem = await encodePem('CERTIFICATE', dac.der);
    isIssued = true;
    return { ...credentials, dac, dacKey, issuedDacPem };
  } finally {
    paiKey?.raw.fill(0);
    if (!isIssued) dacKey.raw.fill(0);
  }

  /** Undefined if a program signs. */
  function paiKeyOf(): PrivateKey | undefined {
    if (given?.signer !== undefined) return undefined;
    const material = given?.key;
    if (material === undefined) throw needs([...PAI, 'key'].join('.'));
    const { bytes, passphrase } = material;
    return within(loaded.where([...PAI, 'key']), () =>
      parsePrivateKey(bytes, passphrase === undefined ? {} : { passphrase }),
    );
  }

  function signerOf(certificate: Certificate, key: PrivateKey | undefined): Signer {
    if (key === undefined) return programOf(given?.signer ?? [], certificate);
    return within(loaded.where([...PAI, 'key']), () => keySigner(assertKeyBelongs(certificate, key, 'PAI')));
  }

  function programOf(command: readonly string[], { publicKey: { algorithm, data } }: Certificate): Signer {
    if (algorithm === undefined) throw new TypeError('parseCertificate rejects keys of an unknown algorithm');
    const path = [...PAI, 'signer'];
    const signer = createSigner({
      command,
      publicKey: { algorithm, publicKey: data },
      folder: loaded.absolute(path, '.'),
    });
    return { ...signer, sign: (digest) => atPath(path, () => signer.sign(digest)) };
  }

  /** With dac_origin in the declaration, the certificates belong to another product. */
  function idsOf(): { vendorId: number; productId: number } {
    const { dacOriginVendorId, dacOriginProductId } = credentials.cd?.fields ?? {};
    const { deviceInstanceInfo: info } = config;
    const vendorId = dacOriginVendorId ?? info.vendorId ?? pai?.ids.vendorId;
    const productId = dacOriginProductId ?? info.productId ?? pai?.ids.productId;
    if (vendorId === undefined) throw needs('deviceInstanceInfo.vendorId');
    if (productId === undefined) throw needs('deviceInstanceInfo.productId');
    return { vendorId, productId };
  }

  function needs(field: string): FactoryError {
    return configErrors.error(
      'config.needs',
      { what: `"${ISSUE.join('.')}"`, needs: `"${field}"` },
      loaded.where(ISSUE),
    );
  }

  async function atPath<T>(path: Path, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof FactoryError ? error.at(loaded.where(path)) : error;
    }
  }
}
