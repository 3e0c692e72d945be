/** Whether a number of members cannot be one; the server knows the limit. */
export function isNoCount(members: string): boolean {
  return members !== '' && !/^[1-9]\d?$/.test(members.trim())
}
