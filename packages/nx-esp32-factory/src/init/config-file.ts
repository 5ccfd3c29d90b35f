import { relative, resolve } from 'node:path';
import {
  type Finding,
  factoryField,
  generateDiscriminator,
  generatePasscode,
  parseCertificate,
  type RandomBytes,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import {
  CONFIG_FILE,
  configFromObject,
  formatPath,
  type LoadedConfig,
  OVERRIDES,
  resolveConfig,
} from '../config';
import { classify, makeDevice, readCredentials } from '../device';
import { initErrors } from '../errors';
import { folderKeyStore } from '../files';
import { type Firmware, joinPath } from '../firmware';
import { completeInputs, DEVELOPMENT_FILES, type DeviceInputs } from '../inputs';
import { programSigner } from '../signer';
import type { App } from './app-folder';
import { attestationSection, CREDENTIALS_FOLDER, type CredentialPlan } from './credentials';
import { type DeviceAnswers, formatId } from './device';
import type { Draft } from './draft';
import type { InitOptions } from './options';
import type { PartitionPlan } from './partition';

const UNIQUE_ID_LENGTH = factoryField('rotatingDeviceIdUniqueId').kind.max;

/** Options by the fields that they give, as errors name them. */
const LABELS: ReadonlyMap<string, string> = new Map(
  Object.entries(OVERRIDES).map(([name, { path }]) => [formatPath(path), `--${name}`]),
);

export interface ConfigInput {
  readonly app: App;
  readonly options: InitOptions;
  readonly device: DeviceAnswers;
  readonly random: RandomBytes;
  readonly workspace: string;
  /** Relative to the workspace. */
  readonly schema: string | undefined;
}

/** A new config, validated like the file that it becomes. */
export class NewConfig {
  private constructor(
    private readonly input: ConfigInput,
    private readonly value: Readonly<Record<string, unknown>>,
    readonly loaded: LoadedConfig,
  ) {}

  /** A config with the device of the options and answers. Errors: those of loadConfig, at their options. */
  static of(input: ConfigInput): NewConfig {
    const { options, device, random } = input;
    const { vendorId, vendorName, productId, productName } = device;
    return NewConfig.validated(input, {
      deviceInstanceInfo: {
        vendorId,
        ...(vendorName === undefined ? {} : { vendorName }),
        productId,
        productName,
        hardwareVersion: 1,
        hardwareVersionString: '1.0',
      },
      commissioning: {
        passcode: generatePasscode(random),
        discriminator: options.discriminator ?? generateDiscriminator(random),
      },
      ...(options.partitionLabel === undefined && options.partitionSize === undefined
        ? {}
        : {
            partition: {
              ...(options.partitionLabel === undefined ? {} : { label: options.partitionLabel }),
              // Passes validation for small sizes; the partition plan decides what is read-only.
              ...(options.partitionSize === undefined ? {} : { size: options.partitionSize, readOnly: true }),
            },
          }),
    });
  }

  private static validated(input: ConfigInput, value: Readonly<Record<string, unknown>>): NewConfig {
    const folder = resolve(input.workspace, input.app.root);
    const loaded = configFromObject(value, { folder, label: CONFIG_FILE, labels: LABELS });
    return new NewConfig(input, value, loaded);
  }

  get ids(): { readonly vendorId: number; readonly productId: number } {
    const { vendorId = 0, productId = 0 } = this.loaded.config.deviceInstanceInfo;
    return { vendorId, productId };
  }

  private with(more: Readonly<Record<string, unknown>>): NewConfig {
    return NewConfig.validated(this.input, { ...this.value, ...more });
  }

  /** Adds what the firmware decides: the chip, if it is known, the partition, the encryption, the credentials and where they live. */
  withFirmware(
    firmware: Firmware,
    { label, size, readOnly }: PartitionPlan,
    credentials: CredentialPlan,
  ): NewConfig {
    const isKnown = this.input.options.chip !== undefined || firmware.target.origin !== 'default';
    const chip = isKnown && firmware.chip !== undefined ? { chip: firmware.chip.name } : {};
    const partition = {
      label,
      size: `0x${size.toString(16).toUpperCase()}`,
      ...(readOnly ? { readOnly } : {}),
    };
    const storage = storageOf(firmware);
    const deviceInstanceInfo = {
      ...(this.value.deviceInstanceInfo as object),
      ...(firmware.providers.rotatingDeviceId.value || storage?.commissioning !== undefined
        ? { rotatingDeviceIdUniqueId: toHex(this.input.random(UNIQUE_ID_LENGTH)) }
        : {}),
    };
    return this.with({
      ...chip,
      deviceInstanceInfo,
      partition,
      encryption: encryptionOf(firmware),
      ...(storage === undefined ? {} : { storage }),
      attestation: attestationSection(credentials),
    });
  }

  /**
   * Reads the credentials and makes an image, so that the first run cannot fail. In production each image gets its own
   * random passcode.
   * Errors: those of resolveConfig, readCredentials and makeDevice.
   */
  async checked(
    plan: CredentialPlan,
    draft: Draft,
    firmware: Firmware,
  ): Promise<{ config: NewConfig; findings: readonly Finding[] }> {
    if (plan.kind === 'none') return this.withPlaceholders();
    const inputs = this.inputs(plan, draft, firmware);
    const credentials = readCredentials(inputs.config, inputs.loaded);
    const { kind, reasons } = classify(inputs, credentials);
    const isProduction = kind === 'production';
    const config = isProduction ? this.withRandomSecrets() : this;
    const made = await makeDevice(isProduction ? config.inputs(plan, draft, firmware) : inputs, {
      random: this.input.random,
      now: new Date(),
      keyStore: folderKeyStore,
      createSigner: programSigner,
    });
    made.wipe();
    return {
      config,
      findings: [
        ...(isProduction ? [production(reasons)] : []),
        // Firmware findings are reported for the changed files.
        ...made.findings.filter(({ code }) => !code.startsWith('firmware.')),
      ],
    };
  }

  private inputs(plan: CredentialPlan, draft: Draft, firmware: Firmware): DeviceInputs {
    const { loaded } = this;
    if (plan.kind !== 'generated') return completeInputs(loaded, process.env, firmware);
    // Generated credentials are not on disk yet.
    const config = resolveConfig(loaded, { readFile: draft.readAbsolute, env: process.env });
    const file = `${CREDENTIALS_FOLDER}/${DEVELOPMENT_FILES.paaTrustStore}/paa.der`;
    const paa = parseCertificate(
      draft.readAbsolute(resolve(this.input.workspace, this.input.app.root, file)),
    );
    return { loaded, config, firmware, paaTrustStore: [paa], ownCdSigners: [] };
  }

  private withPlaceholders(): { config: NewConfig; findings: Finding[] } {
    const { root } = this.input.app;
    const folder = joinPath(root, CREDENTIALS_FOLDER);
    const missing = initErrors.finding('init.credentials-placeholders', { folder }, {}, 'warning');
    return {
      config: this.withRandomSecrets(),
      findings: [missing, production(['there are no credentials yet'])],
    };
  }

  /** For production: the secrets of a device are generated for each image. */
  private withRandomSecrets(): NewConfig {
    const { commissioning, deviceInstanceInfo } = this.value as Readonly<Record<string, object>>;
    const rotates = deviceInstanceInfo !== undefined && 'rotatingDeviceIdUniqueId' in deviceInstanceInfo;
    return this.with({
      commissioning: { ...commissioning, passcode: { random: true } },
      deviceInstanceInfo: {
        ...deviceInstanceInfo,
        ...(rotates ? { rotatingDeviceIdUniqueId: { random: true } } : {}),
      },
    });
  }

  /** The text of the file: ids in hexadecimal, references on one line. */
  get text(): string {
    const { app, schema } = this.input;
    const { vendorId, productId } = this.ids;
    const path = schema === undefined ? undefined : relative(app.root, schema).replaceAll('\\', '/');
    const { chip, deviceInstanceInfo, ...sections } = this.value;
    const value = {
      ...(path === undefined ? {} : { $schema: path.startsWith('.') ? path : `./${path}` }),
      ...(chip === undefined ? {} : { chip }),
      deviceInstanceInfo: {
        ...(deviceInstanceInfo as object),
        vendorId: formatId(vendorId),
        productId: formatId(productId),
      },
      ...sections,
    };
    const references = /\{\n\s*("(?:file|folder|env|random|scheme)": [^{}\n]+)\n\s*\}/g;
    return `${JSON.stringify(value, null, 2).replace(references, '{ $1 }')}\n`;
  }
}

function production(reasons: readonly string[]): Finding {
  return initErrors.finding('init.production', { reasons }, {}, 'info');
}

/**
 * The NVS encryption of the firmware; if only one side had it, the device would erase the data. "none" is written, too,
 * so that turning it on later in the firmware is an error, instead of silently generating keys.
 */
function encryptionOf({ encryption, chip }: Firmware): { scheme: string; keyId?: number } {
  const { nvs, flash, scheme, hmacKeyId } = encryption;
  if (!nvs.value || !(flash.value || (chip?.hmac ?? true))) return { scheme: 'none' };
  // The default of newer chips does not work with the Matter SDK, so "hmac" is used only if it was selected.
  if (scheme.value === 'hmac' && scheme.origin !== 'default')
    return { scheme: 'hmac', keyId: Math.max(0, hmacKeyId.value) };
  return { scheme: 'flash' };
}

/** Where the firmware reads its data, if not all of them in NVS: commissioning data move with the attestation data. */
function storageOf({ providers }: Firmware): { attestation: string; commissioning?: string } | undefined {
  const { dac, commissionableData, instanceInfoChoice, rotatingDeviceId } = providers;
  const inSecureCert = ({ value }: { readonly value: string }) => value.startsWith('SEC_CERT_');
  if (inSecureCert(commissionableData) || (rotatingDeviceId.value && inSecureCert(instanceInfoChoice)))
    return { attestation: 'secure-cert', commissioning: 'secure-cert' };
  return inSecureCert(dac) ? { attestation: 'secure-cert' } : undefined;
}

/** Whether the firmware reads its NVS keys from a partition. */
export function needsKeysPartition(firmware: Firmware): boolean {
  return encryptionOf(firmware).scheme === 'flash';
}
