/** Which of the builds that were left behind is the one that the image is for. */
import type { Finding } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { type Build, readBuilds } from './builds';
import { joinPath, type RecordingReader } from './files';
import type { ProjectBuild } from './project-build';
import { type SdkconfigOptions, variantFiles } from './sdkconfig';

/**
 * The build to read: that of the config, or else the newest that fits the chip, the variant and the environment. Nothing of a build is
 * read where the config names the sdkconfig.
 */
export function chooseBuild(
  root: string,
  reader: RecordingReader,
  { target, variant, named }: SdkconfigOptions,
  project: ProjectBuild,
  findings: Finding[],
): Build | undefined {
  const folder = named?.buildFolder;
  if (folder !== undefined) {
    const [build] = readBuilds(root, [folder], reader, findings);
    if (build === undefined && findings.length === 0)
      findings.push(
        firmwareErrors.finding('firmware.build-missing', { folder }, named?.where('buildFolder')),
      );
    return build;
  }
  if (named?.sdkconfig !== undefined) return undefined;
  const listed = named?.sdkconfigDefaults;
  const isOfVariant = (build: Build) => project.isOfVariant || hasFilesOf(variant, root, build, reader);
  const fits = (build: Build) =>
    (target === undefined || build.target === undefined || build.target === target) &&
    (listed === undefined ? isOfVariant(build) : isSameList(listed, build.defaults)) &&
    isAsDecided(build, project);
  const builds = readBuilds(root, project.buildFolders, reader, findings).filter(fits);
  const [taken, ...others] = builds;
  const differing = others.filter((other) => taken !== undefined && !isSame(taken, other, reader));
  if (taken !== undefined && differing.length > 0) {
    const params = { taken: taken.folder, others: differing.map((build) => build.folder) };
    findings.push(firmwareErrors.finding('firmware.builds-differ', params, { file: taken.file }, 'warning'));
  }
  return taken;
}

/** A variant with sdkconfig files of its own has builds of its own: those that used one of them. */
function hasFilesOf(
  variant: string | undefined,
  root: string,
  build: Build,
  reader: RecordingReader,
): boolean {
  const own = variantFiles(variant)
    .map((name) => joinPath(root, name))
    .filter((file) => reader.readBytes(file) !== undefined);
  return own.length === 0 || own.some((file) => file === build.sdkconfig || build.defaults?.includes(file));
}

function isAsDecided(build: Build, { decided, sdkconfig, defaults }: ProjectBuild): boolean {
  return decided.every((variable) =>
    variable === 'SDKCONFIG' ? build.sdkconfig === sdkconfig : isSameList(defaults ?? [], build.defaults),
  );
}

function isSameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return a.join(';') === b?.join(';');
}

/** Whether two builds are for the same chip, with the same settings. */
function isSame(a: Build, b: Build, reader: RecordingReader): boolean {
  const text = ({ sdkconfig, values }: Build) =>
    (sdkconfig === undefined ? undefined : reader.readText(sdkconfig)) ?? reader.readText(values);
  return a.target === b.target && text(a) === text(b);
}
