import Foundation

/// What this machine has, for tests that need it and say so when they are skipped.
package enum Machine {
  /// Pseudo-terminals stand in for serial ports. A container or change-root without /dev/pts has none.
  package static let hasPseudoTerminals: Bool = {
    guard let port = FileHandle(forUpdatingAtPath: "/dev/ptmx") else { return false }
    try? port.close()
    return true
  }()

  /// Names of this machine itself: its address, and `localhost` where the machine knows it without asking a name server.
  package static let ownNames: [String] = {
    let hosts = (try? String(contentsOfFile: "/etc/hosts", encoding: .utf8)) ?? ""
    return ["127.0.0.1"] + (hosts.contains("localhost") ? ["localhost"] : [])
  }()

  package static let noPseudoTerminals = "this machine has no pseudo-terminals: is /dev/pts mounted?"
}
