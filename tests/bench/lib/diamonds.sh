# shellcheck shell=bash
# The diamonds table, models of it, and its rows as requests. Needs common.sh and container.sh; a network's training torch_library before it.

# diamonds_bodies: 1,000 real diamonds as requests, one a line.
diamonds_bodies() {
  mkdir -p "$WORK/dataset/train"
  "$ROOT/trainer-image/get-diamonds" "$WORK/dataset/train"
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { gsub("\"", "", $i); name[i] = $i } next }
    NR <= 1001 {
      line = ""
      for (i = 1; i <= NF; i++) {
        gsub("\"", "", $i)
        if (name[i] == "price" || name[i] == "") continue
        line = line (line == "" ? "" : ", ") "\"" name[i] "\": " ($i ~ /^[0-9.]+$/ ? $i : "\"" $i "\"")
      }
      print "{\"features\": {" line "}}"
    }' "$WORK/dataset/train/diamonds.csv" >"$WORK/bodies"
}

# train_diamonds NAME SETTING...: a model of their prices in $WORK/NAME/model, trained on all of them; the log is NAME.log.
train_diamonds() {
  local name=$1
  shift
  say "training the model: $name"
  mkdir -p "$WORK/$name"
  in_container env MODELOP_DATASET_DIR=/work/dataset "MODELOP_OUTPUT_DIR=/work/$name" MODELOP_TERMINATION_LOG=/dev/null MODELOP_TORCH_LIBRARY=/work/torch/libmodelop-torch.so \
    MODELOP_PARAM_TARGET=price "$@" /published/images/trainer/artifacts/publish/trainer/modelop-trainer >"$WORK/$name.log" 2>&1 || { cat "$WORK/$name.log" >&2; die "training failed"; }
}
