import type { CreateNodesV2 } from '@nx/devkit';
import { dirname } from 'node:path';
export const createNodesV2: CreateNodesV2 = ['**/factory.config.json', async (files) => files.map((file) => [file, {
  projects: { [dirname(file)]: { name: 'light-app', targets: { 'factory-image': { executor: 'nx-esp32-factory:factory-image', cache: true, inputs: [{runtime: 'cat /tmp/exp/x; echo $FOO'}], outputs: ['{projectRoot}/out'] } } } },
}])];
export const createNodes = createNodesV2;
