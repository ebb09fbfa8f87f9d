/// What became of one part of a message, whether it was cut into HDLC segments, M-Bus frames or blocks.
package enum JoinOutcome<Fault: Hashable & Sendable & CustomStringConvertible>: Hashable, Sendable {
  /// Kept; more follow.
  case waiting
  /// The last one: `message` holds all.
  case complete
  /// It belongs to nothing, or what it belonged to is destroyed.
  case refused(Fault)
}
