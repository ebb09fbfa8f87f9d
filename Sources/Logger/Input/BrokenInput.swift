import Metering

/// Stands for an input whose settings are wrong, beside others that are read.
struct BrokenInput: InputSource {
  let name: String
  let reason: String
  let longestPause: TimeSpan? = .minutes(1)

  func open(unless stop: Stop) throws(InputError) -> Descriptor { throw InputError(.setting, name, reason) }
  func loss(_ cause: SystemError?) -> InputError { InputError(.setting, name, reason) }
}
