/** Basic Information as an image has it: Matter Core Specification, section 11.1.5. */
import { type DeviceInstanceInfoData, FACTORY_FIELDS, PRODUCT_COLORS, PRODUCT_FINISHES } from 'nvs-core';

export interface Attribute {
  readonly id: number;
  readonly name: string;
  /** Its name in matter.js. */
  readonly property: string;
  /** Its key in the image. */
  readonly key: string;
  readonly value: unknown;
}

/** The attributes that the firmware takes from an image: those that are in it. */
export function attributesOf(device: {
  readonly vendorId: number;
  readonly productId: number;
  readonly info: DeviceInstanceInfoData;
}): Attribute[] {
  const { vendorId, productId, info } = device;
  const { productFinish, productColor, manufacturingDate } = info;
  const values: Readonly<Record<string, unknown>> = {
    ...info,
    vendorId,
    productId,
    // YYYYMMDD and a suffix, of the form with dashes too.
    manufacturingDate: manufacturingDate?.replace(/^(\d{4})-(\d{2})-(\d{2})/, '$1$2$3'),
  };
  const appearance = productFinish && {
    finish: PRODUCT_FINISHES.indexOf(productFinish),
    primaryColor: productColor === undefined ? null : PRODUCT_COLORS.indexOf(productColor),
  };
  const all = [
    ...FACTORY_FIELDS.flatMap(({ name, key, attribute }) =>
      attribute === undefined ? [] : [{ ...attribute, property: name, key, value: values[name] }],
    ),
    {
      id: 0x14,
      name: 'ProductAppearance',
      property: 'productAppearance',
      key: 'product-finish',
      value: appearance,
    },
  ];
  return all.filter(({ value }) => value !== undefined);
}
