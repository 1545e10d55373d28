import * as vscode from 'vscode';
import { orthancScheme } from '../ids.ts';

/** One frame of an instance in the Orthanc of a profile: `orthanc:/Mock servers/<id>/2-of-40/Image 3.png`. */
export interface PreviewAddress {
  readonly profile: string;
  readonly instance: string;
  /** From 1. */
  readonly frame: number;
  readonly frames: number;
}

/** @param name - what the tab shows; names of patients have no place in a list of recent editors */
export function previewUri(address: PreviewAddress, name: string): vscode.Uri {
  const { profile, instance, frame, frames } = address;
  const folder = profile.replace(/[%/]/g, encodeURIComponent);
  const shown = frames === 1 ? name : `${name} (${frame}∕${frames})`;
  const path = `/${folder}/${instance}/${frame}-of-${frames}/${shown.replaceAll('/', '∕')}.png`;
  return vscode.Uri.from({ scheme: orthancScheme, path });
}

export function parsePreviewUri({ path }: vscode.Uri): PreviewAddress | undefined {
  const match = /^\/([^/]+)\/([0-9a-f-]{44})\/(\d+)-of-(\d+)\/[^/]+\.png$/.exec(path);
  const [, profile, instance, frame, frames] = match ?? [];
  if (!profile || !instance) return undefined;
  return {
    profile: decodeURIComponent(profile),
    instance,
    frame: Number(frame),
    frames: Number(frames),
  };
}

/** The same picture's neighbours keep its name. */
export function nameOfPreview({ path }: vscode.Uri): string {
  return path.replace(/^.*\//, '').replace(/(?: \(\d+∕\d+\))?\.png$/, '');
}
