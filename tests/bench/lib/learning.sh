# shellcheck shell=bash
# The trainer in its container, and what it learns from.

# trainer_ready: published as its image has it.
trainer_ready() {
  apt_install jq
  "$ROOT/tests/cluster/images/publish-all" trainer
  container_ready
  torch_library
}

# choose_data: makes $WORK/data.csv, and sets target and what. The real California Housing table lies beside the checkout; diamonds (numeric columns) stand in where it does not.
# shellcheck disable=SC2034 # both are for whoever sources this
choose_data() {
  local housing
  for housing in "$ROOT/../shared/data/california_housing.csv" "$ROOT/../../shared/data/california_housing.csv"; do
    [[ -s $housing ]] || continue
    cp "$housing" "$WORK/data.csv"
    target=MedHouseVal what='California Housing'
    return
  done
  "$ROOT/trainer-image/get-diamonds" "$WORK"
  cut -d, -f1,5-10 "$WORK/diamonds.csv" >"$WORK/data.csv"
  head -n 1 "$WORK/data.csv" | grep -q price || die "diamonds.csv has other columns than expected: $(head -n 1 "$WORK/diamonds.csv")"
  target=price what='numeric columns of diamonds (../shared/data/california_housing.csv is absent)'
}
