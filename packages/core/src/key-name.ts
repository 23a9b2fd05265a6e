/** Group, epoch, device and generation of a sender key, as texts. */
export type KeyName = readonly [group: string, epoch: string, device: string, generation: string]
