import Frames

/// What a person is told of frames that stay encrypted: one sentence for the first of a stream. The others are counted.
struct SecurityNotice {
  private var hasTold = false

  /// The sentence, the first time that there is a reason for it.
  mutating func news(_ counts: APDUDecryptor.Counts) -> String? {
    guard !hasTold, let sentence = Self.sentence(counts) else { return nil }
    hasTold = true
    return sentence
  }

  /// `frames are encrypted; a key is needed …`, or nil when all is well.
  private static func sentence(_ counts: APDUDecryptor.Counts) -> String? {
    if counts.keyNeeded > 0 {
      return "frames are encrypted; a key is needed: ask the grid company for it, and name its file with --key-file"
    }
    // One that fails among those that do not was damaged or forged: that is a reject like any other.
    if counts.wrong > 0, counts.accepted == 0 {
      return
        "frames are encrypted, and the key does not fit them; compare the key file with the letter of the grid company"
    }
    return nil
  }
}
