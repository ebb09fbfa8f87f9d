import Metering

/// The screen of `status`: for a running logger, or for a log that none writes to.
struct StatusScreen {
  let text: StatusText

  init(zone: Zone, now: UTCTime) {
    text = StatusText(zone: zone, now: now)
  }

  /// A logger says how it does each second or so; so long after its last word its loop has stood still.
  static let patience = TimeSpan.minutes(2)

  // MARK: What is wrong

  /// What needs a look, a sentence each; empty when all is well.
  func troubles(_ status: LoggerStatus, damaged: [String]) -> [String] {
    var troubles = status.alarms.map { "\($0.name), since \(text.clock($0.since)): \($0.text)" }
    for input in status.inputs where !input.isWell {
      troubles.append("\(input.name): \(input.state)\(input.advice.map { ": \($0)" } ?? "")")
    }
    if status.inputs.isEmpty { troubles.append("the logger has no input") }
    let silence = text.now - status.time
    if silence > StatusScreen.patience {
      troubles.append("the logger has stood still for \(StatusText.span(silence)): restart it, and look into its log")
    }
    return troubles + damaged.map(StatusScreen.damage)
  }

  static func damage(_ path: String) -> String {
    "\(path): a damaged log was set aside; see docs/operations.md, then move it away"
  }

  // MARK: A running logger

  func lines(_ status: LoggerStatus, damaged: [String]) -> [String] {
    let database = status.database
    var lines = [
      "ams-logger \(status.version), running since \(text.clock(status.started)) (\(StatusText.span(status.time - status.started))); "
        + "times of \(text.zoneName)",
      "",
      StatusText.row(
        "database",
        "\(database.path), \(StatusText.octets(database.octets)); \(StatusText.octets(database.freeOctets)) left on its disk"
      ),
      StatusText.row(
        "written a day", database.writtenPerDay.map { StatusText.octets($0) } ?? "not known yet"),
      StatusText.row("last backup", text.time(database.lastBackup)),
      StatusText.row(
        "waiting", "\(counted(status.waiting, "record")); \(counted(status.dropped, "sample")) dropped since the start"),
    ]
    for input in status.inputs { lines += [""] + self.lines(input) }
    return lines + [""] + verdict(troubles(status, damaged: damaged))
  }

  private func lines(_ input: LoggerStatus.Input) -> [String] {
    let source = [input.source, input.line].compactMap(\.self).joined(separator: ", ")
    let counts = input.counts
    var messages =
      "\(counts.messages), \(StatusText.rejects(counts.rejects)), \(counted(counts.noise, "octet")) of noise"
    if counts.unchecked > 0 { messages += ", \(counts.unchecked) without a check sequence" }
    if counts.unknown > 0 { messages += ", \(counts.unknown) with unknown elements" }
    return [
      StatusText.row(input.name, "\(source): \(input.state)"),
      StatusText.row("  meter", input.meter.map { meter($0.maker, $0.type, $0.number) } ?? "not known yet"),
      StatusText.row("  last message", text.time(input.lastMessage)),
      StatusText.row("  last register", text.time(input.lastRegister)),
      StatusText.row("  messages", messages), StatusText.row("  meter clock", clock(input.clockOffset)),
    ]
  }

  private func meter(_ maker: String, _ type: String, _ number: String) -> String {
    [maker, type].filter { !$0.isEmpty }.joined(separator: " ") + ", \(number)"
  }

  private func clock(_ offset: Int64?) -> String {
    switch offset {
    case nil: "not known"
    case 0: "as the host's"
    case let offset?: "\(offset.magnitude) s \(offset < 0 ? "behind" : "ahead of") the host's"
    }
  }

  private func verdict(_ troubles: [String]) -> [String] {
    troubles.isEmpty ? ["all is well"] : ["to look at:"] + troubles.map { "  \($0)" }
  }

  // MARK: A log at rest

  func lines(_ stored: StoredStatus) -> [String] {
    var lines = [
      stored.writer.map {
        "process \($0) writes to \(stored.path), but does not answer: it runs without its feed, or hangs"
      }
        ?? "no logger runs on \(stored.path)",
      "what the log tells; times of \(text.zoneName)", "",
      StatusText.row(
        "database",
        stored.octets == nil
          ? "none" : "\(StatusText.octets(stored.octets)); \(StatusText.octets(stored.freeOctets)) left on its disk"),
    ]
    guard stored.fault == nil else {
      return lines + [""] + verdict([stored.fault].compactMap(\.self) + stored.damaged.map(StatusScreen.damage))
    }
    lines += [
      StatusText.row("last backup", text.time(stored.lastBackup)),
      StatusText.row("last 24 hours", StatusText.rejects(stored.rejects)),
    ]
    for meter in stored.meters {
      lines += [
        "", StatusText.row(meter.input, self.meter(meter.maker, meter.type, meter.number)),
        StatusText.row("  last message", text.time(meter.lastMessage)),
        StatusText.row("  last register", text.time(meter.lastRegister)),
      ]
    }
    if !stored.events.isEmpty { lines += [""] }
    lines += stored.events.map { "\(text.clock($0.time))  \($0.kind): \($0.text)" }
    if !stored.damaged.isEmpty { lines += [""] + verdict(stored.damaged.map(StatusScreen.damage)) }
    return lines
  }
}
