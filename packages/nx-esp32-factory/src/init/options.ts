/** Options of init, as its schema.json describes them. */
export interface InitOptions {
  readonly project?: string;
  readonly vendorId?: string | number;
  readonly vendorName?: string;
  readonly productId?: string | number;
  readonly productName?: string;
  readonly discriminator?: string | number;
  readonly chip?: string;
  readonly credentials?: boolean | 'development' | 'none';
  readonly keys?: 'committed' | 'local';
  readonly dacCert?: string;
  readonly dacKey?: string;
  readonly paiCert?: string;
  readonly certificationDeclaration?: string;
  readonly paaTrustStore?: string;
  readonly cdTrustStore?: string;
  readonly partitionLabel?: string;
  readonly partitionSize?: string | number;
  readonly fix?: boolean;
  readonly allowWeakerSecurity?: boolean;
  readonly skipFormat?: boolean;
  readonly skipPackageJson?: boolean;
}
