/** The serializer of a form with a file. The document describes the file as a string; the blob is sent itself. */
export function fileForm(file: Blob, name: string, texts: Record<string, string> = {}) {
  return () => {
    const form = new FormData()
    for (const [key, text] of Object.entries(texts)) form.append(key, text)
    form.append('file', file, name)
    return form
  }
}
