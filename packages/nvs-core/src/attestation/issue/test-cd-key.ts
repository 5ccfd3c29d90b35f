/**
 * The Matter SDK's public test key for Certification Declarations: published for everybody, so no secret.
 * Source: project-chip/connectedhomeip, credentials/test/certification-declaration/Chip-Test-CD-Signing-Key.pem
 * (Apache-2.0); its key identifier is built into every commissioner of the SDK.
 */
import { fromHex } from '../../bytes/text';
import { createPrivateKey, type PrivateKey } from '../private-key';

const TEST_CD_KEY = 'aef3484116e9481ec57be0472df41bf499064e5024ad869eca5e889802d48075';

/** The public test key, which signs declarations of type 0 for the test vendor ids. */
export function testCdKey(): PrivateKey {
  return createPrivateKey(fromHex(TEST_CD_KEY));
}
