import Metering
import Store

/// Everything that `doctor` looks at.
struct Doctor {
  let files: LogFiles
  let socket: String
  /// Ports that the user names; where none is named, those of the running logger, and all while it looks for one.
  let ports: [String]
  let version: String
  let zone: String
  /// The ports of this machine.
  var connected: [String] = serialPorts()

  struct Report: Hashable {
    /// One block of text, with numbers masked.
    var text: String
    var worst: Finding.Grade
  }

  func report(now: UTCTime, unless stop: Stop) -> Report {
    let zoneOfTimes = Zone(named: zone) ?? .utc
    var lines: [String] = []
    var findings = [HostCheck.program(version), HostCheck.system]
    var ports = ports
    var isLogged = false
    do throws(FeedError) {
      var status = try StatusSource.ask(socket, unless: stop)
      // A log that cannot be read is among the findings.
      status.database.lastBackup = try? LogReader(path: files.database).lastBackup()
      isLogged = true
      let screen = StatusScreen(zone: zoneOfTimes, now: status.now())
      lines = screen.lines(status, damaged: [])
      if ports.isEmpty { ports = self.ports(of: status) }
      let troubles = screen.troubles(status, damaged: [])
      findings += troubles.map { .warning("logger", $0, "the screen above tells the rest") }
      if troubles.isEmpty { findings.append(.ok("logger", "it answers, and all is well")) }
    } catch {
      lines = StatusScreen(zone: zoneOfTimes, now: now).lines(StoredStatus(of: files, now: now))
      findings.append(.warning("logger", "\(error.path): \(error.reason)", error.advice))
    }
    findings.append(HostCheck.service())
    findings += ports.flatMap(PortCheck.findings) + [PortCheck.connected(connected)]
    findings += LogCheck(files: files, isLogged: isLogged, text: StatusText(zone: zoneOfTimes, now: now)).findings
    findings += [HostCheck.zone(zone), HostCheck.clock(now: now)]
    lines += [""] + findings.flatMap(\.lines)
    return Report(
      text: Masking.numbers(lines.joined(separator: "\n")), worst: findings.map(\.grade).max() ?? .ok)
  }

  /// Those that the inputs of a running logger use; where one looks for its port and has none yet, all.
  private func ports(of status: LoggerStatus) -> [String] {
    let isSearched = status.inputs.contains { $0.port == nil && $0.source == LineSearch.anyPort }
    return isSearched ? differentPorts(connected) : status.inputs.compactMap(\.port)
  }
}
