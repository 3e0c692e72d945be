const LONGEST_SIDE = 1280
const QUALITY = 0.82

/** A camera picture of many megabytes becomes a JPEG of some hundred kilobytes before it leaves the phone. */
export async function shrinkPhoto(file: Blob): Promise<Blob> {
  // Upright: a canvas keeps no note of how the phone was held.
  const upright = { imageOrientation: 'from-image' } as const
  const bitmap = await createImageBitmap(file, upright).catch(() => null)
  // What this browser cannot decode the server still may; it checks and bounds every picture anyway.
  if (!bitmap) return file
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(bitmap.width * scale)
  canvas.height = Math.round(bitmap.height * scale)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return new Promise((resolve) => {
    canvas.toBlob((small) => resolve(small ?? file), 'image/jpeg', QUALITY)
  })
}
