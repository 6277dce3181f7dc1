module nonplus/launcher

go 1.21
