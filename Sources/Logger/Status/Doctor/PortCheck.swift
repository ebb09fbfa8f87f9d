import Glibc

/// Whether a serial port is there, may be used, and who has it.
enum PortCheck {
  /// Of one port, by the path that the settings name.
  static func findings(_ path: String) -> [Finding] {
    var info = stat()
    guard stat(path, &info) == 0 else {
      return [
        .fault(
          "port", "\(shown(path)) is not there: \(SystemError(errno))",
          "plug the adapter in, or name one of the ports below")
      ]
    }
    guard info.st_mode & S_IFMT == S_IFCHR else {
      return [.fault("port", "\(shown(path)) is not a port", "name a port such as /dev/ttyUSB0")]
    }
    var findings: [Finding] = []
    if access(path, R_OK | W_OK) == 0 {
      findings.append(.ok("port", "\(shown(path)) is there, and this user may use it"))
    } else {
      let group = getgrgid(info.st_gid).map { String(cString: $0.pointee.gr_name) } ?? "dialout"
      findings.append(
        .warning(
          "port", "\(shown(path)) is there, but this user may not use it",
          "if the logger runs as this user: `sudo usermod -aG \(group) $USER`, and log in again"))
    }
    return findings + [holders(info.st_rdev, path)]
  }

  /// Who has the port open, as far as this user may see it.
  private static func holders(_ device: dev_t, _ path: String) -> Finding {
    var holders: [String] = []
    var isAllSeen = true
    for process in FileSystem.entries(of: "/proc") where Int32(process) != nil {
      let folder = "/proc/\(process)/fd"
      guard access(folder, R_OK | X_OK) == 0 else {
        isAllSeen = false
        continue
      }
      var info = stat()
      let has = FileSystem.entries(of: folder).contains {
        stat("\(folder)/\($0)", &info) == 0 && info.st_mode & S_IFMT == S_IFCHR && info.st_rdev == device
      }
      guard has else { continue }
      let name = FileSystem.text(of: "/proc/\(process)/comm").map { $0.filter { $0 != "\n" } } ?? "?"
      holders.append("\(name) (process \(process))")
    }
    let unseen = isAllSeen ? "" : "; as root more is seen"
    switch holders.count {
    case 0: return .ok("port", "\(shown(path)): nobody is seen to have it open\(unseen)")
    case 1: return .ok("port", "\(shown(path)): open in \(holders[0])\(unseen)")
    default:
      return .fault(
        "port", "\(shown(path)): open in \(holders.joined(separator: " and "))",
        "end one of them: each gets half of the octets"
      )
    }
  }

  /// What is connected, for whoever has named none or the wrong one.
  static func connected(_ ports: [String] = serialPorts()) -> Finding {
    ports.isEmpty
      ? .warning("ports", "no serial adapter is connected", "plug it in; for a meter over TCP this is as it should be")
      : .ok("ports", ports.map(shown).joined(separator: ", "))
  }

  private static func shown(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return path[...slash] + Masking.portName(String(path[path.index(after: slash)...]))
  }
}
