import ArgumentParser
import Metering
import Store

/// `run`: logs live inputs until it is told to stop.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Log live meters until SIGTERM or Ctrl-C.",
    discussion: """
      One input may be named by options alone. A settings file (see docs/ams-logger.toml) can name several; options go before
      what it says.
      """)

  @Option(help: ArgumentHelp("A settings file, ams-logger.toml.", valueName: "file"))
  var config: String?

  @Flag(help: "Say what the settings are understood to mean, and end.")
  var check = false

  @OptionGroup(title: "Options of an input") var input: InputFlags
  @OptionGroup(title: "Options of the log") var log: GlobalFlags

  func validate() throws {
    // Without a file all that can be wrong is on the command line.
    guard config == nil else { return }
    do {
      _ = try settings()
    } catch let error as SettingError {
      throw ValidationError(error.description)
    }
  }

  /// All settings: the file's, and what the command line says instead.
  func settings() throws -> Settings {
    var settings = try config.map { path in try SettingsFile.read(path) } ?? Settings()
    try log.override(&settings)
    try input.override(&settings)
    return settings
  }

  func run() throws {
    let settings = try settings()
    let zone = try settings.zone()
    guard !check else {
      for line in SettingsSummary(settings, zone: zone).lines { print(line) }
      return
    }
    let stop = try StopSignal.install()
    try StopGuard.begin(stop)
    // Settings that can't be are told before the log is touched.
    try RunInput.check(settings.inputs, zone: zone)
    var manager = ServiceManager()
    let (writer, setAside) = try LogWriter.openOrSetAside(
      path: settings.database, zone: zone, now: HostClock.now(), progress: { manager.working() })
    if let setAside { tell(setAside.text) }
    let inputs = try RunInput.all(settings.inputs, zone: zone, writer: writer)
    try LiveLog(settings, inputs: inputs, writer: writer, zone: zone, isStrict: config == nil).run(until: stop)
  }
}

extension Settings {
  func zone() throws -> Zone {
    let name = timezone ?? LogReader.zoneName(path: database) ?? "Europe/Oslo"
    guard let zone = Zone(named: name) else {
      throw SettingError(description: "timezone \(name) is not known; use a name such as Europe/Oslo")
    }
    return zone
  }
}
