/**
 * The parts of matter.js that we use: the packages are optional, and their own types are available only where they are
 * installed.
 */

export interface MatterStack {
  readonly version: string;
  readonly general: MatterGeneral;
  readonly protocol: MatterProtocol;
  readonly types: MatterTypes;
  /** Loaded on first use, because it is the largest part. */
  node(): MatterNode;
}

type Bytes = Uint8Array;

/** A service of an environment is identified by its class. */
type Service<T> = abstract new (...args: never[]) => T;

export interface Crypto {
  randomBytes(length: number): Bytes;
  computeHash(data: Bytes | readonly Bytes[]): Promise<Bytes> | Bytes;
  signEcdsa(key: unknown, data: readonly Bytes[]): Promise<{ readonly bytes: Bytes }>;
}

export interface Environment {
  set<T>(type: Service<T>, instance: T): void;
  get<T>(type: Service<T>): T;
}

interface Storage {
  registerDriver(driver: { readonly id: string }): void;
  defaultDriver: string;
}

export interface Spake2p {
  computeX(): Bytes;
  computeY(): Bytes;
  computeSecretAndVerifiersFromX(L: Bytes, X: Bytes, Y: Bytes): Promise<PaseSecrets>;
  computeSecretAndVerifiersFromY(w1: bigint, X: Bytes, Y: Bytes): Promise<PaseSecrets>;
}

export interface PaseSecrets {
  readonly Ke: Bytes;
  readonly hAY: Bytes;
  readonly hBX: Bytes;
}

export interface PbkdfParameters {
  readonly iterations: number;
  readonly salt: Bytes;
}

export interface MatterGeneral {
  readonly Logger: { level: unknown };
  readonly Environment: new (name: string) => Environment;
  readonly Entropy: Service<Crypto>;
  readonly Crypto: Service<Crypto>;
  readonly Network: Service<object>;
  readonly StorageService: new (environment: Environment) => Storage;
  readonly MemoryStorageDriver: { readonly id: string };
  readonly NodeJsStyleCrypto: new (api: unknown) => Crypto;
  readonly NetworkSimulator: new () => { addHost(lastByte: number): object };
  readonly PrivateKey: (raw: Bytes) => unknown;
  readonly Seconds: (count: number) => unknown;
  readonly Spake2p: {
    computeW0W1(
      crypto: Crypto,
      parameters: PbkdfParameters,
      pin: number,
    ): Promise<{ w0: bigint; w1: bigint }>;
    computeW0L(crypto: Crypto, parameters: PbkdfParameters, pin: number): Promise<{ w0: bigint; L: Bytes }>;
    create(crypto: Crypto, context: Bytes, w0: bigint): Spake2p;
  };
}

export interface AttestationNote {
  readonly level: 'error' | 'warning' | 'info';
  readonly type: string;
  readonly message: string;
}

/** The part of DclCertificateService that the validator calls. */
export interface TrustStore {
  readonly acceptsTestCertificates: boolean;
  getCertificate(keyId: Bytes): { readonly isProduction: boolean } | undefined;
  getCertificateAsDer(keyId: Bytes): Promise<Bytes>;
  isRevoked(): Promise<boolean>;
  getOrFetchCdSigner(
    keyId: Bytes,
  ): Promise<{ readonly publicKey: Bytes; readonly isProduction: boolean } | undefined>;
  close(): Promise<void>;
}

interface CertificateReader {
  fromAsn1(der: Bytes): unknown;
}

export interface PaseServer {
  handlePairingRequest(crypto: unknown, channel: unknown): Promise<void>;
}

export interface ReadResult {
  readonly kind: string;
  readonly path: { readonly attributeId: number };
  readonly value?: unknown;
}

export interface MatterProtocol {
  readonly Dac: CertificateReader;
  readonly Pai: CertificateReader;
  readonly Paa: CertificateReader;
  readonly CertificationDeclaration: { parse(der: Bytes): unknown };
  readonly TlvAttestation: {
    encode(value: { declaration: Bytes; attestationNonce: Bytes; timestamp: number }): Bytes;
  };
  readonly DeviceAttestationValidator: {
    validate(
      context: { crypto: Crypto; dclCertificateService: TrustStore; attestationChallenge: Bytes },
      data: {
        dac: Bytes;
        pai: Bytes;
        attestationElements: Bytes;
        attestationSignature: Bytes;
        attestationNonce: Bytes;
        vendorId: number;
        productId: number;
      },
    ): Promise<{ readonly findings: readonly AttestationNote[] }>;
  };
  readonly DeviceAttestationError: new (...args: never[]) => Error & { readonly failure: string };
  readonly DclCertificateService: Service<TrustStore>;
  readonly DeviceCertification: new (
    crypto: Crypto,
    config: { privateKey: Bytes; certificate: Bytes; intermediateCertificate: Bytes; declaration: Bytes },
  ) => { readonly construction: PromiseLike<unknown> };
  readonly DeviceCommissioner: Service<{ allowBasicCommissioning(): Promise<void> }>;
  readonly SecureChannelProtocol: Service<{ setPaseCommissioner(server: PaseServer): void }>;
  readonly SessionManager: Service<object>;
  readonly PaseServer: {
    fromVerificationValue(sessions: object, verifier: Bytes, parameters: PbkdfParameters): PaseServer;
  };
  readonly Read: (options: {
    attributes: readonly { endpointId: number; clusterId: number; attributeId: number }[];
    fabricFilter: boolean;
  }) => unknown;
}

interface SetupCode {
  readonly discriminator?: number;
  readonly shortDiscriminator?: number;
  readonly passcode: number;
  readonly vendorId?: number;
  readonly productId?: number;
}

interface QrSetupCode extends SetupCode {
  readonly flowType?: number;
  readonly discoveryCapabilities?: number;
  /** The optional data. */
  readonly tlvData?: Bytes;
}

export interface MatterTypes {
  readonly QrPairingCodeCodec: {
    decode(text: string): readonly QrSetupCode[];
    decodeTlvData(tlv: Bytes): { readonly serialNumber?: unknown };
  };
  readonly ManualPairingCodeCodec: { decode(text: string): SetupCode };
}

/** matter.js constructs behaviours: a class may be extended, but not constructed here. */
type BehaviorClass = new () => { readonly env: Environment };

export interface Peer {
  commission(options: {
    passcode: number;
    timeout: unknown;
    autoSubscribe: false;
    abort: AbortSignal;
    onAttestationFailure: (notes: readonly AttestationNote[]) => boolean;
  }): Promise<unknown>;
  readonly interaction: { read(inputs: unknown): AsyncIterable<Iterable<ReadResult>> };
}

export interface ServerNode {
  start(): Promise<void>;
  close(): Promise<void>;
  readonly peers: { locate(options: { longDiscriminator: number; timeout: unknown }): Promise<Peer> };
}

export interface MatterNode {
  readonly ServerNode: {
    create(type: unknown, options: object): Promise<ServerNode>;
    readonly RootEndpoint: { with(...behaviors: readonly unknown[]): unknown };
  };
  readonly CommissioningServer: BehaviorClass;
  readonly ControllerBehavior: unknown;
  readonly OperationalCredentialsServer: BehaviorClass;
}
